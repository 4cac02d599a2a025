//! Which place an address means. Everything is in the fragment, which browsers never send.
//!
//! | fragment | place |
//! |---|---|
//! | `#/people`, nothing, or what nobody knows | [`Route::People`] |
//! | `#/invite` | [`Route::Invite`] |
//! | `#/backup` | [`Route::Backup`] |
//! | `#/c/ID` | [`Route::Conversation`] |
//! | `#/i/PAYLOAD` | an invitation: no place, but something to look at ([`payload`]) |

/// A place in an opened profile.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Route {
    /// Everybody known.
    People,
    /// Inviting somebody.
    Invite,
    /// Making a backup.
    Backup,
    /// A conversation, by its id as it is shown.
    Conversation(String),
}

/// Characters of an id as it is shown.
const ID_CHARACTERS: usize = 26;

/// Characters of an invitation's payload that are looked at; the longest that holds is far shorter.
const PAYLOAD_CHARACTERS: usize = 4_096;

impl Route {
    /// Reads a fragment, with or without its `#`.
    pub fn parse(fragment: &str) -> Self {
        let path = fragment.strip_prefix('#').unwrap_or(fragment);
        match path {
            "/invite" => Self::Invite,
            "/backup" => Self::Backup,
            _ => match path.strip_prefix("/c/") {
                Some(id) if is_id(id) => Self::Conversation(id.to_owned()),
                _ => Self::People,
            },
        }
    }

    /// As a fragment, with its `#`.
    pub fn fragment(&self) -> String {
        match self {
            Self::People => "#/people".to_owned(),
            Self::Invite => "#/invite".to_owned(),
            Self::Backup => "#/backup".to_owned(),
            Self::Conversation(id) => format!("#/c/{id}"),
        }
    }
}

fn is_id(text: &str) -> bool {
    let base32 = |byte: u8| byte.is_ascii_lowercase() || (b'2'..=b'7').contains(&byte);
    text.len() == ID_CHARACTERS && text.bytes().all(base32)
}

/// The invitation's payload in a fragment, if there is one. Whether it holds, the worker says.
pub fn payload(fragment: &str) -> Option<&str> {
    let path = fragment.strip_prefix('#').unwrap_or(fragment);
    let payload = path.strip_prefix("/i/")?;
    let end = payload.char_indices().nth(PAYLOAD_CHARACTERS);
    end.map_or(Some(payload), |(end, _)| payload.get(..end))
}

/// The link of an invitation that was opened at a home.
pub fn link(origin: &str, payload: &str) -> String {
    format!("{origin}/#/i/{payload}")
}

#[cfg(test)]
mod tests {
    use super::{Route, link, payload};

    #[track_caller]
    fn check(fragment: &str, expected: &Route) {
        assert_eq!(Route::parse(fragment), *expected, "{fragment}");
    }

    #[test]
    fn a_place_comes_back_from_its_fragment() {
        let id = "abcdefghijklmnopqrstuvwxy2".to_owned();
        for route in [
            Route::People,
            Route::Invite,
            Route::Backup,
            Route::Conversation(id),
        ] {
            check(&route.fragment(), &route);
        }
    }

    #[test]
    fn what_nobody_knows_leads_to_people() {
        for fragment in [
            "",
            "#",
            "#/",
            "#/c/",
            "#/c/abc",
            "#/c/ABCDEFGHIJKLMNOPQRSTUVWXY2",
            "#/c/abcdefghijklmnopqrstuvwxy2/",
            "#/elsewhere",
            "#/i/abc",
            "#/c/ü",
        ] {
            check(fragment, &Route::People);
        }
    }

    #[test]
    fn an_invitation_is_found_and_becomes_the_link_it_was() {
        assert_eq!(payload("#/i/abc"), Some("abc"));
        assert_eq!(payload("/i/"), Some(""));
        assert_eq!(payload("#/people"), None);
        assert_eq!(payload(""), None);
        assert_eq!(link("https://a.org", "abc"), "https://a.org/#/i/abc");
    }

    #[test]
    fn of_a_payload_without_end_the_beginning_is_read() {
        let long = format!("#/i/{}", "ü".repeat(10_000));
        assert_eq!(payload(&long).unwrap().chars().count(), 4_096);
    }
}
