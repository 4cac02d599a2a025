//! Safety numbers as codes that another device can read (docs/protocol.md, *Safety number*).

use client_core::ContactView;
use view::Compared;

use crate::shown::contact_id;

/// What every code of a safety number begins with, in characters that a code holds tightly.
const ANY: &str = "KITH-SAFETY:";
/// The version that is read here.
const VERSION: &str = "1:";
/// Digits of a safety number.
const DIGITS: usize = 60;

/// The text of a code.
pub fn code(safety: &str) -> String {
    format!("{ANY}{VERSION}{}", digits(safety))
}

/// What a code says of one of these contacts.
pub fn compare(contacts: &[ContactView], with: &ContactView, code: &str) -> Compared {
    let code = code.trim();
    // Some readers of codes give small letters.
    let prefix = code.get(..ANY.len());
    let typed = match code.get(ANY.len()..) {
        Some(rest) if prefix.is_some_and(|prefix| prefix.eq_ignore_ascii_case(ANY)) => {
            match rest.strip_prefix(VERSION) {
                Some(number) => number,
                None => return Compared::Newer,
            }
        }
        _ => code,
    };
    let is_number = typed
        .chars()
        .all(|c| c.is_ascii_digit() || c.is_whitespace());
    let number = digits(typed);
    if !is_number || number.len() != DIGITS {
        return Compared::NoCode;
    }
    let is_of = |one: &&ContactView| digits(&one.safety) == number;
    match Some(with)
        .filter(is_of)
        .or_else(|| contacts.iter().find(is_of))
    {
        Some(one) if one.id == with.id => Compared::Same,
        Some(one) => Compared::OfAnother(contact_id(one.id)),
        None => Compared::Different,
    }
}

fn digits(text: &str) -> String {
    text.chars().filter(char::is_ascii_digit).collect()
}

#[cfg(test)]
mod tests {
    use super::{code, compare};
    use crate::shown::contact_id;
    use client_core::{ContactId, ContactView, PersonaId};
    use view::Compared;

    fn contact(number: u8, group: &str) -> ContactView {
        ContactView {
            id: ContactId::new([number; 16]),
            persona: PersonaId::new([1; 16]),
            name: "Ben".into(),
            safety: [group; 12].join(" "),
            verified: false,
            blocked: false,
        }
    }

    #[test]
    fn a_code_is_of_this_one_of_another_of_nobody_or_none() {
        let (ben, cleo) = (contact(2, "01234"), contact(3, "98765"));
        let all = [ben.clone(), cleo.clone()];
        let said = |text: &str| compare(&all, &ben, text);
        let pinned = format!("KITH-SAFETY:1:{}", "01234".repeat(12));
        assert_eq!(code(&ben.safety), pinned);
        assert_eq!(said(&pinned), Compared::Same);
        assert_eq!(
            said(&format!(" {}\n", pinned.to_lowercase())),
            Compared::Same
        );
        assert_eq!(said(&ben.safety), Compared::Same);
        let another = Compared::OfAnother(contact_id(cleo.id));
        assert_eq!(said(&code(&cleo.safety)), another);
        assert_eq!(
            said(&code(&contact(4, "11111").safety)),
            Compared::Different
        );
        assert_eq!(said("KITH-SAFETY:2:AAAA"), Compared::Newer);
        for none in [
            "",
            "https://example.org",
            "KITH-SAFETY:1:",
            "KITH-SAFETY:1:12x",
            "1234",
            "é",
        ] {
            assert_eq!(said(none), Compared::NoCode, "{none}");
        }
        // A number with something in it is none, however right its digits are.
        assert_eq!(said(&format!("{pinned}x")), Compared::NoCode);
        assert_eq!(said(&format!("{pinned}0")), Compared::NoCode);
    }
}
