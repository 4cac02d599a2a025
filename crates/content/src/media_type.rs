//! Reads just enough of a content type to tell text from the rest.
//!
//! Names are compared without regard to case, and blanks around `;` and quotes around a value are permitted
//! (RFC 2045 §5.1).

/// How the content types of Kith's own control items begin.
pub const CONTROL_CONTENT_TYPE_PREFIX: &str = "application/kith-";
/// Longest content type that is repeated to a person, in octets.
const MAX_SHOWN_BYTES: usize = 255;

/// Whether content of this type can be shown as text, given that it is UTF-8.
///
/// Plain text qualifies with no character set, UTF-8 or its subset ASCII; Markdown of any variant may be shown as
/// plain text (draft-ietf-mimi-content-08 §7.1).
pub(crate) fn is_readable_text(content_type: &str) -> bool {
    let mut pieces = content_type.split(';').map(str::trim);
    let essence = pieces.next().unwrap_or_default();
    if !["text/plain", "text/markdown"]
        .iter()
        .any(|text| essence.eq_ignore_ascii_case(text))
    {
        return false;
    }
    let charset = pieces
        .filter_map(|parameter| parameter.split_once('='))
        .find(|(name, _)| name.trim().eq_ignore_ascii_case("charset"));
    charset.is_none_or(|(_, value)| {
        let value = value.trim().trim_matches('"');
        value.eq_ignore_ascii_case("utf-8") || value.eq_ignore_ascii_case("us-ascii")
    })
}

/// Whether this is the type of a control item. Media types are compared without regard to case (RFC 2045 §5.1).
pub(crate) fn is_control(content_type: &str) -> bool {
    let prefix = content_type
        .as_bytes()
        .get(..CONTROL_CONTENT_TYPE_PREFIX.len());
    prefix.is_some_and(|prefix| prefix.eq_ignore_ascii_case(CONTROL_CONTENT_TYPE_PREFIX.as_bytes()))
}

/// The content type if it can be put into a sentence: it comes from the sender, who could otherwise hide or turn
/// words on the reader's screen.
pub(crate) fn showable(content_type: &str) -> Option<String> {
    let plain = content_type
        .bytes()
        .all(|octet| octet == b' ' || octet.is_ascii_graphic());
    let fits = (1..=MAX_SHOWN_BYTES).contains(&content_type.len());
    (plain && fits).then(|| content_type.to_owned())
}

#[cfg(test)]
mod tests {
    use super::{is_readable_text, showable};

    #[test]
    fn text_is_recognised_in_every_spelling() {
        for content_type in [
            "text/plain;charset=utf-8",
            "text/plain; charset=UTF-8",
            "Text/Plain ; format=flowed ; Charset=\"utf-8\"",
            "text/plain",
            "text/plain;charset=us-ascii",
            "text/markdown;variant=GFM-MIMI",
        ] {
            assert!(is_readable_text(content_type), "{content_type}");
        }
        for content_type in [
            "",
            "text",
            "text/html",
            "text/plain;charset=utf-16",
            "image/png",
        ] {
            assert!(!is_readable_text(content_type), "{content_type}");
        }
    }

    #[test]
    fn a_content_type_that_could_deceive_the_eye_is_not_shown() {
        assert_eq!(showable("image/png").as_deref(), Some("image/png"));
        for content_type in [
            "",
            "image/\u{202e}gnp",
            "a\u{1b}[2J",
            "a\nb",
            &"a".repeat(256),
        ] {
            assert_eq!(showable(content_type), None, "{content_type:?}");
        }
    }
}
