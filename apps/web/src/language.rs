//! Which languages there are, and which one a person reads.
//!
//! What they chose decides, then what their browser asks for, then English: in this order the first that is here.

/// A language that the page speaks, at least in part.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Language {
    /// Its tag (BCP 47).
    pub tag: &'static str,
    /// What it calls itself.
    pub name: &'static str,
    /// Whether it is written from right to left.
    pub right_to_left: bool,
}

/// The one that is compiled in and says what another lacks.
pub const ENGLISH: Language = language("en", "English");

/// All of them, as they are offered.
pub const LANGUAGES: [Language; 6] = [
    ENGLISH,
    language("de", "Deutsch"),
    language("es", "Español"),
    language("fr", "Français"),
    Language {
        tag: "ar",
        name: "العربية",
        right_to_left: true,
    },
    language("ja", "日本語"),
];

const fn language(tag: &'static str, name: &'static str) -> Language {
    Language {
        tag,
        name,
        right_to_left: false,
    }
}

impl Language {
    /// The language of a tag, also where the tag says more than the language: `de-AT` is German.
    pub fn of(tag: &str) -> Option<Self> {
        let primary = tag.split('-').next().unwrap_or(tag);
        let is_it = |language: &Self| language.tag.eq_ignore_ascii_case(primary);
        LANGUAGES.into_iter().find(is_it)
    }

    /// The language of somebody who `chose` one, or whose browser asks for these.
    pub fn choose<'t>(chosen: Option<&'t str>, asked: impl IntoIterator<Item = &'t str>) -> Self {
        let mut tags = chosen.into_iter().chain(asked);
        tags.find_map(Self::of).unwrap_or(ENGLISH)
    }

    /// Its tag with what the browser says about the place, which decides how dates are written: `en-GB` before `en`.
    pub fn locale<'t>(self, asked: impl IntoIterator<Item = &'t str>) -> &'t str
    where
        Self: 't,
    {
        let mut asked = asked.into_iter();
        let found = asked.find(|tag| Self::of(tag) == Some(self));
        found.unwrap_or(self.tag)
    }

    /// As the attribute `dir` says it.
    pub const fn direction(self) -> &'static str {
        if self.right_to_left { "rtl" } else { "ltr" }
    }
}

#[cfg(test)]
mod tests {
    use super::{ENGLISH, LANGUAGES, Language};

    #[track_caller]
    fn check(chosen: Option<&str>, asked: &[&str], expected: &str) {
        let language = Language::choose(chosen, asked.iter().copied());
        assert_eq!(language.tag, expected, "{chosen:?} {asked:?}");
    }

    #[test]
    fn the_choice_decides_then_the_browser_then_english() {
        check(None, &[], "en");
        check(None, &["tlh", "en-US"], "en");
        check(Some("tlh"), &["xx"], "en");
        check(Some("ar"), &["de-AT", "en"], "ar");
        check(None, &["tlh", "de-AT", "en"], "de");
        check(Some("fr-CA"), &[], "fr");
        check(Some(""), &["", "-", "en_US"], "en");
    }

    #[test]
    fn dates_are_written_as_the_browser_asks_within_the_language() {
        assert_eq!(ENGLISH.locale(["fr", "en-AU", "en"]), "en-AU");
        assert_eq!(ENGLISH.locale(["fr"]), "en");
    }

    #[test]
    fn each_language_is_there_once() {
        for language in LANGUAGES {
            assert_eq!(Language::of(language.tag), Some(language));
        }
    }
}
