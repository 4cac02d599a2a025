//! From what somebody typed to the thing they mean: an id, the beginning of one, or a name.

use super::error::CommandError;

/// The shortest beginning of an id that counts.
pub(super) const SHORTEST_PREFIX: usize = 6;

/// Something that can be named on the command line.
pub(super) struct Candidate<T> {
    pub id: String,
    pub name: String,
    pub value: T,
}

/// Finds the one candidate that `typed` means. A name is the same however its letters are put together: nobody sees, and
/// few choose, how their keyboard does it. `what` is said for it on the screen, `command` has the list.
///
/// # Errors
/// [`CommandError::Invalid`] if there is none, [`CommandError::Usage`] if there are several.
pub(super) fn resolve<T>(
    (what, command): (&str, &str),
    typed: &str,
    candidates: Vec<Candidate<T>>,
) -> Result<T, CommandError> {
    let exact = |candidate: &Candidate<T>| {
        candidate.id == typed || legible::is_same(&candidate.name, typed)
    };
    let prefix = |candidate: &Candidate<T>| {
        typed.len() >= SHORTEST_PREFIX && candidate.id.starts_with(typed)
    };
    let by_exact = candidates.iter().any(exact);
    let mut found: Vec<_> = candidates
        .into_iter()
        .filter(|candidate| {
            if by_exact {
                exact(candidate)
            } else {
                prefix(candidate)
            }
        })
        .collect();
    match (found.pop(), found.len()) {
        (Some(only), 0) => Ok(only.value),
        (None, _) => Err(CommandError::Invalid(format!(
            "There is no {what} `{typed}` in this profile; nothing was done. See them with: kith \
             {command} list."
        ))),
        (Some(last), _) => {
            found.push(last);
            let list: Vec<_> = found
                .iter()
                .map(|one| format!("{} ({})", one.id, legible::name(&one.name)))
                .collect();
            Err(CommandError::Usage(format!(
                "`{typed}` may mean several: {}. Nothing was done; name one by its id, or by the first letters of it.",
                list.join(", ")
            )))
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn find(typed: &str) -> Result<u8, u8> {
        let candidate = |id: &str, name: &str, value| Candidate {
            id: id.to_owned(),
            name: name.to_owned(),
            value,
        };
        let all = vec![
            candidate("abcdefgh", "Ada", 1),
            candidate("abcdefxy", "Ben", 2),
            candidate("zzzzzzzz", "Ben", 3),
            candidate("yyyyyyyy", "Jürgen", 4),
            candidate("xxxxxxxx", "Zoe\u{308}", 5),
            candidate("wwwwwwww", "René", 6),
            candidate("vvvvvvvv", "Rene\u{301}", 7),
        ];
        resolve(("contact", "contact"), typed, all).map_err(|error| error.exit_code())
    }

    #[test]
    fn an_id_a_prefix_or_a_name_is_enough_if_it_means_one() {
        assert_eq!(find("abcdefgh"), Ok(1));
        assert_eq!(find("Ada"), Ok(1));
        assert_eq!(find("abcdefg"), Ok(1));
        assert_eq!(find("zzzzzz"), Ok(3));
        assert_eq!(find("zzzzz"), Err(5));
        assert_eq!(find("abcdef"), Err(2));
        assert_eq!(find("Ben"), Err(2));
        assert_eq!(find("Cleo"), Err(5));
    }

    #[test]
    fn a_name_is_found_however_its_letters_are_put_together_and_two_that_differ_in_this_alone_are_ambiguous()
     {
        for (typed, expected) in [
            ("Jürgen", Ok(4)),
            ("Ju\u{308}rgen", Ok(4)),
            ("Zoë", Ok(5)),
            ("Zoe\u{308}", Ok(5)),
            ("Zoe", Err(5)),
            ("René", Err(2)),
            ("Rene\u{301}", Err(2)),
            ("wwwwww", Ok(6)),
            ("vvvvvv", Ok(7)),
        ] {
            assert_eq!(find(typed), expected, "{typed}");
        }
    }
}
