//! How items become a text: where a day begins, where one author goes on, and what each answers.

use view::{Item, ItemId};

/// One item, and what stands around it.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Line<S> {
    /// The item.
    pub item: Item,
    /// The day, where it begins with this item.
    pub day: Option<String>,
    /// Whether another author begins here, or the same one after a day or a long while.
    pub begins_run: bool,
    /// Whether the next one says the same about when and how far.
    pub goes_on: bool,
    /// Who is answered, and the beginning of what they said.
    pub answers: Option<Answers>,
    /// When it was written, for people.
    pub time: String,
    /// How far it is, for people.
    pub state: S,
}

/// What an item answers.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Answers {
    /// The id.
    pub id: ItemId,
    /// Its author.
    pub author: String,
    /// The beginning of its text.
    pub beginning: String,
}

/// The time after which a run begins anew, in milliseconds.
const RUN_MS: u64 = 60 * 60 * 1_000;

/// Characters of what is answered that are shown.
const BEGINNING_CHARACTERS: usize = 100;

/// Puts items in order as they are read. `day` and `time` say when in the reader's calendar, `state` how far.
pub fn arrange<S: PartialEq>(
    items: &[Item],
    day: impl Fn(u64) -> String,
    time: impl Fn(u64) -> String,
    state: impl Fn(&Item) -> S,
) -> Vec<Line<S>> {
    let mut lines: Vec<Line<S>> = Vec::with_capacity(items.len());
    let mut today = String::new();
    let mut before: Option<&Item> = None;
    for item in items {
        let its_day = day(item.at_ms);
        let begins_day = its_day != today;
        let begins_run = begins_day || before.is_none_or(|before| !is_run(before, item));
        let (time, state) = (time(item.at_ms), state(item));
        if let Some(last) = lines.last_mut() {
            last.goes_on = !begins_run && last.time == time && last.state == state;
        }
        lines.push(Line {
            answers: item.reply_to.and_then(|id| answers(items, id)),
            item: item.clone(),
            day: begins_day.then(|| its_day.clone()),
            begins_run,
            goes_on: false,
            time,
            state,
        });
        today = its_day;
        before = Some(item);
    }
    lines
}

fn is_run(before: &Item, item: &Item) -> bool {
    before.mine == item.mine
        && before.author == item.author
        && before.at_ms.abs_diff(item.at_ms) < RUN_MS
}

fn answers(items: &[Item], id: ItemId) -> Option<Answers> {
    let item = items.iter().find(|item| item.id == id)?;
    // What is opened by choice is not shown by a detour.
    let text = item.note.as_ref().unwrap_or(&item.text);
    let mut beginning: String = text.chars().take(BEGINNING_CHARACTERS).collect();
    if beginning.len() < text.len() {
        beginning.push('…');
    }
    Some(Answers {
        id,
        author: item.author.clone(),
        beginning,
    })
}

/// Which of a few colours in the margin is an author's, by the name alone: the same on every day.
pub fn voice(author: &str) -> u8 {
    let sum = author
        .bytes()
        .fold(0_u8, |sum, byte| sum.wrapping_mul(31).wrapping_add(byte));
    sum % 4
}

#[cfg(test)]
mod tests {
    use super::{Line, arrange};
    use view::{Item, ItemId, ItemState};

    const MINUTE_MS: u64 = 60_000;
    const DAY_MS: u64 = 24 * 60 * MINUTE_MS;

    fn item(number: u8, author: &str, at_ms: u64) -> Item {
        Item {
            id: ItemId::new([number; 16]),
            seq: Some(number.into()),
            author: author.to_owned(),
            mine: author == "Ada",
            at_ms,
            text: format!("text {number}"),
            note: None,
            reply_to: None,
            state: ItemState::Stored,
            edited: false,
            retracted: false,
            reactions: Vec::new(),
            files: Vec::new(),
            not_sent: None,
            held_until_s: None,
        }
    }

    fn lines(items: &[Item]) -> Vec<Line<String>> {
        arrange(
            items,
            |at_ms| format!("day {}", at_ms / DAY_MS),
            |at_ms| format!("minute {}", at_ms / MINUTE_MS),
            |item| format!("{:?}", item.state),
        )
    }

    #[track_caller]
    fn check(items: &[Item], expected: &[&str]) {
        let lines = lines(items);
        let seen: Vec<String> = lines
            .iter()
            .map(|line| {
                let day = line.day.as_deref().unwrap_or("-");
                let run = if line.begins_run { "begins" } else { "goes on" };
                format!("{day} {run}")
            })
            .collect();
        assert_eq!(seen, expected);
    }

    #[test]
    fn one_authors_run_is_one_text_and_a_day_begins_once() {
        check(
            &[
                item(1, "Ada", 0),
                item(2, "Ada", MINUTE_MS),
                item(3, "Ben", 2 * MINUTE_MS),
                item(4, "Ada", 3 * MINUTE_MS),
                item(5, "Ada", 63 * MINUTE_MS),
                item(6, "Ada", DAY_MS),
            ],
            &[
                "day 0 begins",
                "- goes on",
                "- begins",
                "- begins",
                "- begins",
                "day 1 begins",
            ],
        );
    }

    #[test]
    fn two_people_of_one_name_are_two() {
        let mut other = item(2, "Ada", 0);
        other.mine = false;
        check(&[item(1, "Ada", 0), other], &["day 0 begins", "- begins"]);
    }

    #[test]
    fn time_and_state_are_said_at_the_last_one_of_which_they_hold() {
        let mut queued = item(3, "Ada", 0);
        queued.state = ItemState::Queued;
        let lines = lines(&[
            item(1, "Ada", 0),
            item(2, "Ada", 0),
            queued,
            item(4, "Ben", 0),
        ]);
        let goes_on: Vec<bool> = lines.iter().map(|line| line.goes_on).collect();
        assert_eq!(goes_on, [true, false, false, false]);
    }

    #[test]
    fn an_answer_shows_what_it_answers_but_nothing_that_is_opened_by_choice() {
        let mut first = item(1, "Ben", 0);
        first.text = "ü".repeat(101);
        let mut second = item(2, "Ben", 0);
        second.note = Some("about the war".to_owned());
        let reply = |number: u8, to: u8| Item {
            reply_to: Some(ItemId::new([to; 16])),
            ..item(number, "Ada", 0)
        };
        let lines = lines(&[first, second, reply(3, 1), reply(4, 2), reply(5, 9)]);
        let beginnings: Vec<Option<&str>> = lines
            .iter()
            .map(|line| line.answers.as_ref().map(|one| one.beginning.as_str()))
            .collect();
        let long = format!("{}…", "ü".repeat(100));
        assert_eq!(
            beginnings,
            [None, None, Some(&*long), Some("about the war"), None]
        );
    }
}
