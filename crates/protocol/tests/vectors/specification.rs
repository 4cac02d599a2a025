//! docs/protocol.md and the code name the same things.

use std::fs;
use std::path::Path;

use protocol::frame::MAX_FRAME_BYTES;
use protocol::name::MAX_NAME_BYTES;
use protocol::size_bucket::{LARGEST_BYTES, LARGEST_REPAIR_BYTES, LARGEST_SIGNAL_BYTES};

fn specification() -> String {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../docs/protocol.md");
    fs::read_to_string(path).unwrap()
}

#[test]
fn the_specification_names_every_kind_and_every_reason() {
    let specification = specification();
    for kind in crate::requests::kinds() {
        let heading = |line: &str| {
            let title = line.strip_prefix("### ").unwrap_or_default();
            title.split(", ").any(|one| one == kind)
        };
        assert!(specification.lines().any(heading), "no heading for {kind}");
    }
    for kind in crate::responses::kinds() {
        let named = [
            format!("`{kind}`"),
            format!("    {kind}  {{"),
            format!("`{kind} {{"),
        ];
        let is_named = named.iter().any(|name| specification.contains(name));
        assert!(is_named, "the answer {kind} is not described");
    }
    for reason in crate::responses::REASONS {
        assert!(specification.contains(&format!("`{reason}`")), "{reason}");
    }
}

#[test]
fn the_specification_states_the_bounds_of_the_code() {
    let specification = specification();
    let with_commas = |number: usize| {
        let digits = number.to_string();
        let first = digits.len() % 3;
        let (first, rest) = digits.split_at(first);
        let groups = rest.as_bytes().chunks(3);
        let mut text = first.to_owned();
        for group in groups {
            text.push(',');
            text.push_str(std::str::from_utf8(group).unwrap());
        }
        text.trim_start_matches(',').to_owned()
    };
    for number in [
        MAX_FRAME_BYTES,
        LARGEST_BYTES,
        LARGEST_REPAIR_BYTES,
        LARGEST_SIGNAL_BYTES,
    ] {
        assert!(specification.contains(&with_commas(number)), "{number}");
    }
    assert!(specification.contains(&format!("at most {MAX_NAME_BYTES} bytes")));
}
