//! An item as `kith show` has it, in words that are the same for both sides.

use serde_json::Value;
use std::collections::{BTreeMap, BTreeSet};

/// One line of `kith show`, but for what each side has of its own: ids, whose it is, and how far it is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Line {
    /// The id here; not compared.
    pub item: Id,
    pub seq: Option<u64>,
    pub author: String,
    pub at: String,
    pub kind: String,
    pub text: String,
    pub note: Option<String>,
    pub edited: bool,
    pub retracted: bool,
    /// The place of what it answers.
    pub answers: Option<u64>,
    /// Who gave which sign.
    pub signs: BTreeMap<String, BTreeSet<String>>,
    /// Names, media types and bytes.
    pub files: Vec<(String, String, u64)>,
}

/// An id, which is each side's own: all are alike.
#[derive(Debug, Clone, Default)]
pub struct Id(pub String);

impl PartialEq for Id {
    fn eq(&self, _: &Self) -> bool {
        true
    }
}

impl Eq for Id {}

/// What one side is shown.
pub fn lines(shown: &[Value]) -> Vec<Line> {
    let places: BTreeMap<&str, u64> = shown
        .iter()
        .filter_map(|line| Some((line["item"].as_str()?, line["seq"].as_u64()?)))
        .collect();
    let answered = |line: &Value| places.get(line["reply_to"].as_str()?).copied();
    let read = |line: &Value| Line {
        item: Id(text(&line["item"])),
        seq: line["seq"].as_u64(),
        author: text(&line["author"]),
        at: text(&line["at"]),
        kind: text(&line["kind"]),
        text: text(&line["text"]),
        note: line["note"].as_str().map(str::to_owned),
        edited: line["edited"].as_bool().unwrap(),
        retracted: line["retracted"].as_bool().unwrap(),
        answers: answered(line),
        signs: signs(&line["reactions"]),
        files: line["files"].as_array().unwrap().iter().map(file).collect(),
    };
    shown.iter().map(read).collect()
}

fn text(value: &Value) -> String {
    value.as_str().unwrap().to_owned()
}

fn signs(reactions: &Value) -> BTreeMap<String, BTreeSet<String>> {
    let names = |names: &Value| names.as_array().unwrap().iter().map(text).collect();
    let reactions = reactions.as_object().unwrap().iter();
    reactions
        .map(|(sign, by)| (sign.clone(), names(by)))
        .collect()
}

fn file(file: &Value) -> (String, String, u64) {
    let bytes = file["bytes"].as_u64().unwrap();
    (text(&file["name"]), text(&file["type"]), bytes)
}

/// Where two sides are shown something else, a sentence each.
pub fn differences(one: &[Line], other: &[Line]) -> Vec<String> {
    let mut found: Vec<String> = one
        .iter()
        .zip(other)
        .filter(|(mine, theirs)| mine != theirs)
        .map(|(mine, theirs)| format!("one sees {mine:?} where the other sees {theirs:?}"))
        .collect();
    if one.len() != other.len() {
        let (mine, theirs) = (one.len(), other.len());
        found.push(format!("one sees {mine} items and the other {theirs}"));
    }
    let nowhere = one.iter().filter(|line| line.seq.is_none());
    found.extend(nowhere.map(|line| format!("{line:?} was never stored")));
    found
}

#[cfg(test)]
mod planted {
    use serde_json::json;

    use super::{Line, differences, lines};

    fn calm(ids: [&str; 2]) -> Vec<Line> {
        let line = |item: &str, seq: u64, answers: Option<&str>| {
            json!({
                "item": item, "seq": seq, "author": "Ada", "at": "2026-01-01T00:00:00Z", "kind": "message",
                "text": "hello", "note": null, "edited": false, "retracted": false, "reply_to": answers,
                "reactions": { "🌱": ["Ben"] }, "files": [{ "name": "a", "type": "text/plain", "bytes": 3 }],
            })
        };
        lines(&[line(ids[0], 1, None), line(ids[1], 2, Some(ids[0]))])
    }

    #[test]
    fn ids_of_their_own_are_no_difference() {
        let found = differences(&calm(["a", "b"]), &calm(["x", "y"]));
        assert_eq!(found, Vec::<String>::new());
    }

    #[test]
    fn whatever_else_differs_is_found() {
        let plants: [fn(&mut Vec<Line>); 13] = [
            |lines| drop(lines.pop()),
            |lines| lines.swap(0, 1),
            |lines| lines[1].seq = Some(3),
            |lines| lines[1].author = "Eve".into(),
            |lines| lines[1].at = "2026-01-01T00:00:01Z".into(),
            |lines| lines[1].kind = "media".into(),
            |lines| lines[1].text = "hallo".into(),
            |lines| lines[1].note = Some("n".into()),
            |lines| lines[1].edited = true,
            |lines| lines[1].retracted = true,
            |lines| lines[1].answers = None,
            |lines| lines[1].signs.clear(),
            |lines| lines[1].files[0].2 = 4,
        ];
        for (number, plant) in plants.into_iter().enumerate() {
            let (mine, mut theirs) = (calm(["a", "b"]), calm(["x", "y"]));
            plant(&mut theirs);
            assert!(!differences(&mine, &theirs).is_empty(), "plant {number}");
        }
        let mut never = calm(["a", "b"]);
        never[1].seq = None;
        assert_eq!(differences(&never, &never).len(), 1);
    }
}
