//! Whether English says what it says in plain words: whoever is eleven should be able to read it.
//!
//! The measure is the Flesch-Kincaid grade level (Kincaid, Fishburne, Rogers and Chissom, *Derivation of New Readability
//! Formulas*, Naval Technical Training Command, Research Branch Report 8-75, 1975):
//! `0.39 · words per sentence + 11.8 · syllables per word - 15.59`, the grade of a school in the United States. As Flesch
//! counts them (*How to Write Plain English*, 1979, chapter 2), a sentence is what is grammatically independent and ends
//! with a full stop, a question or exclamation mark, a colon or a semicolon. Labels, which are no sentences, are not
//! measured. Syllables are estimated from vowels, so what is bounded is the average of a file; a single sentence has a
//! ceiling of its own, at which no estimate is that wrong.

use super::{Finding, Tree, phrases};
use phrases_build::Phrase;
use phrases_build::words::SOURCE;
use std::collections::BTreeMap;

/// The grade of a file's sentences on average: the sixth, which children of eleven go to.
const GRADE: f64 = 6.0;

/// The grade of any one sentence, to which one long word in a short sentence must not lead.
const SENTENCE_GRADE: f64 = 9.0;

/// Words in any one sentence.
const SENTENCE_WORDS: usize = 24;

/// Names of what the product has, and of products: whoever uses them learns them. They count as words of one syllable.
const NAMES: &[&str] = &[
    "conversation",
    "conversations",
    "invitation",
    "invitations",
    "kith",
    "passkey",
    "passkeys",
    "passphrase",
    "passphrases",
    "safari",
];

/// Words and syllables of one sentence.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
struct Count {
    sentences: usize,
    words: usize,
    syllables: usize,
}

impl Count {
    fn of(sentence: &str) -> Self {
        let words =
            sentence.split(|character: char| !character.is_alphanumeric() && character != '\'');
        let words = words.filter(|word| word.chars().any(char::is_alphanumeric));
        let mut count = Self {
            sentences: 1,
            ..Self::default()
        };
        for word in words {
            count.words += 1;
            count.syllables += syllables(word);
        }
        count
    }

    fn add(&mut self, other: Self) {
        self.sentences += other.sentences;
        self.words += other.words;
        self.syllables += other.syllables;
    }

    fn grade(self) -> f64 {
        if self.words == 0 {
            return 0.0;
        }
        let (sentences, words) = (self.sentences as f64, self.words as f64);
        0.39 * words / sentences + 11.8 * self.syllables as f64 / words - 15.59
    }
}

pub fn check(tree: &Tree, findings: &mut Vec<Finding>) {
    let Ok(words) = phrases::read(tree) else {
        return;
    };
    let mut areas: BTreeMap<&str, Count> = BTreeMap::new();
    for (name, phrase) in &words.source.phrases {
        for sentence in sentences(&phrase.text("it")) {
            let count = Count::of(&sentence);
            areas.entry(&phrase.area).or_default().add(count);
            let grade = count.grade();
            if grade > SENTENCE_GRADE || count.words > SENTENCE_WORDS {
                let message = format!(
                    "{name}: `{sentence}` is hard to read, grade {grade:.1}, words: {}; \
                     at most grade {SENTENCE_GRADE} and {SENTENCE_WORDS} words",
                    count.words
                );
                findings.push(Finding::at(&path(phrase), phrase.line, message));
            }
        }
    }
    for (area, count) in areas {
        let grade = count.grade();
        if grade > GRADE {
            let message =
                format!("its sentences are of grade {grade:.1} on average; at most {GRADE}");
            findings.push(Finding::in_file(&area_path(area), message));
        }
    }
}

fn path(phrase: &Phrase) -> String {
    area_path(&phrase.area)
}

fn area_path(area: &str) -> String {
    format!("{}{SOURCE}/{area}.ftl", phrases::WORDS)
}

/// The sentences of a text; what ends without a mark is a label and none.
fn sentences(text: &str) -> Vec<String> {
    let mut found = Vec::new();
    for part in text.split_inclusive(['.', '?', '!', ';', ':']) {
        let sentence = part.trim();
        let ends = sentence.ends_with(['.', '?', '!', ';', ':']);
        // `KB.` and the like are no sentence, nor is a mark alone.
        if ends && sentence.split_whitespace().count() > 1 {
            found.push(sentence.to_owned());
        }
    }
    found
}

/// An estimate: groups of vowels, without a silent `e` at the end or in `-ed` and `-es`.
fn syllables(word: &str) -> usize {
    let word = word.to_lowercase();
    if NAMES.contains(&word.trim_end_matches("'s")) {
        return 1;
    }
    let is_vowel = |character: char| "aeiouy".contains(character);
    let mut groups = 0;
    let mut before = false;
    for character in word.chars() {
        let vowel = is_vowel(character);
        groups += usize::from(vowel && !before);
        before = vowel;
    }
    let stem = word.trim_end_matches("'s");
    let ends = |ending: &str| {
        let rest = stem.strip_suffix(ending);
        rest.and_then(|rest| rest.chars().last())
            .filter(|last| !is_vowel(*last))
    };
    let silent = ends("e").is_some_and(|last| last != 'l')
        || ends("ed").is_some_and(|last| !"td".contains(last))
        || ends("es").is_some_and(|last| !"sxzhcg".contains(last));
    groups.saturating_sub(usize::from(silent)).max(1)
}

#[cfg(test)]
mod tests {
    use super::super::planted::check;
    use super::{Count, sentences, syllables};

    #[test]
    fn syllables_are_near_those_that_are_spoken() {
        for (word, expected) in [
            ("a", 1),
            ("made", 1),
            ("opened", 2),
            ("started", 2),
            ("closes", 2),
            ("names", 1),
            ("little", 2),
            ("people", 2),
            ("anything", 3),
            ("conversation", 1),
            ("Kith's", 1),
        ] {
            assert_eq!(syllables(word), expected, "{word}");
        }
    }

    #[test]
    fn a_sentence_ends_where_flesch_says_and_a_label_is_none() {
        assert_eq!(sentences("Save a backup"), Vec::<String>::new());
        assert_eq!(
            sentences("Try again; or not. More"),
            ["Try again;", "or not."]
        );
        assert_eq!(sentences("Opening…"), Vec::<String>::new());
    }

    #[test]
    fn the_grade_is_the_formulas() {
        let count = Count {
            sentences: 2,
            words: 20,
            syllables: 30,
        };
        assert!((count.grade() - 6.01).abs() < 0.001, "{}", count.grade());
    }

    #[test]
    fn a_sentence_that_is_hard_to_read_and_a_file_of_such_are_found() {
        check(
            &[(
                "apps/web/words/en/people.ftl",
                "people-a = We keep it here.\npeople-b = Subsequent authentication necessitates verification.\n",
            )],
            &[
                "apps/web/words/en/people.ftl: its sentences are of grade 16.9 on average; at most 6",
                "apps/web/words/en/people.ftl:2: people-b: `Subsequent authentication necessitates \
                 verification.` is hard to read, grade 36.1, words: 4; at most grade 9 and 24 words",
            ],
        );
        check(
            &[(
                "apps/web/words/en/people.ftl",
                "people-a = We keep it here.\n",
            )],
            &[],
        );
    }
}
