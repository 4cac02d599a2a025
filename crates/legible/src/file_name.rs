//! From the name that somebody gave a file to one under which it can be saved.

use crate::characters::is_nowhere_seen;

/// The longest name that is made, in bytes: room is left for a number and for systems that encode names anew.
const LONGEST_BYTES: usize = 200;
/// The longest ending that is kept when a name is cut, in bytes, with its dot.
const LONGEST_ENDING_BYTES: usize = 16;
/// What a file is called whose name says nothing.
const NAMELESS: &str = "file";

/// A name in one folder and nothing else, whatever was sent:
///
/// 1. Only what stands after the last `/` or `\` counts, so there is no folder, no `..` and nothing absolute.
/// 2. Control characters, and characters that are not seen but change how others look (directions, joiners, fillers,
///    tags), are left out; `< > : " | ? *`, which some systems give a meaning, become `_`.
/// 3. Dots and blanks at both ends are left out, so that nothing is hidden, `.` and `..` are nothing, and systems that drop
///    what ends a name have nothing to drop.
/// 4. A `-` or `~` at the beginning, and a name that means a device (`CON`, `nul.txt`, `COM1`), get a `_` before them.
/// 5. More than 200 bytes are cut, before an ending of up to 16.
/// 6. If nothing is left, it is called `file`.
///
/// The name says nothing of what is in the file. Whoever saves must not write over anything that has the name already.
pub fn safe_name(sent: &str) -> String {
    let last = sent.rsplit(['/', '\\']).next().unwrap_or_default();
    let seen: String = last
        .chars()
        .filter(|c| !is_nowhere_seen(*c))
        .map(|c| if is_special(c) { '_' } else { c })
        .collect();
    let bare = trimmed(&seen);
    if bare.is_empty() {
        return NAMELESS.to_owned();
    }
    let marked = if bare.starts_with(['-', '~']) || is_device(bare) {
        format!("_{bare}")
    } else {
        bare.to_owned()
    };
    cut(&marked)
}

/// The same name with a number before its ending, for where it is taken.
pub fn numbered(name: &str, number: u32) -> String {
    let (stem, ending) = name.split_at(ending_at(name));
    format!("{stem} ({number}){ending}")
}

fn trimmed(name: &str) -> &str {
    name.trim_matches(|c: char| c == '.' || c.is_whitespace())
}

/// Shortens a name, keeping its ending.
fn cut(name: &str) -> String {
    if name.len() <= LONGEST_BYTES {
        return name.to_owned();
    }
    let (stem, ending) = name.split_at(ending_at(name));
    let mut most = LONGEST_BYTES - ending.len();
    while !stem.is_char_boundary(most) {
        most -= 1;
    }
    let (kept, _) = stem.split_at(most);
    format!("{}{ending}", trimmed(kept))
}

/// Where the ending of a name begins, with its dot; at the end if it has none, or none so short.
fn ending_at(name: &str) -> usize {
    match name.rfind('.') {
        Some(at) if at > 0 && name.len() - at <= LONGEST_ENDING_BYTES => at,
        _ => name.len(),
    }
}

/// Characters with a meaning of their own on Windows, and `:` on others.
const fn is_special(c: char) -> bool {
    matches!(c, '<' | '>' | ':' | '"' | '|' | '?' | '*')
}

/// Names that Windows gives to devices, with any ending.
fn is_device(name: &str) -> bool {
    let stem = name.split('.').next().unwrap_or_default().trim_end();
    let upper = stem.to_uppercase();
    if matches!(
        upper.as_str(),
        "CON" | "PRN" | "AUX" | "NUL" | "CONIN$" | "CONOUT$" | "CLOCK$"
    ) {
        return true;
    }
    let port = upper
        .strip_prefix("COM")
        .or_else(|| upper.strip_prefix("LPT"));
    port.is_some_and(|port| {
        let mut characters = port.chars();
        let number = characters.next();
        let is_number = number.is_some_and(|c| c.is_ascii_digit() || matches!(c, '¹' | '²' | '³'));
        is_number && characters.next().is_none()
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn what_is_harmless_stays_as_it_is() {
        for name in [
            "a.png",
            "Ferien 2026.tar.gz",
            "صورة.jpg",
            "写真",
            "😀.gif",
            "a-b~c",
        ] {
            assert_eq!(safe_name(name), name);
        }
    }

    #[test]
    fn what_could_do_harm_is_taken_out() {
        for (sent, saved) in [
            ("", "file"),
            (".", "file"),
            ("..", "file"),
            ("/", "file"),
            ("../../etc/passwd", "passwd"),
            ("/etc/passwd", "passwd"),
            ("..\\..\\boot.ini", "boot.ini"),
            ("C:\\x\\y.txt", "y.txt"),
            ("C:y.txt", "C_y.txt"),
            ("a.txt:stream", "a.txt_stream"),
            (".bashrc", "bashrc"),
            ("...", "file"),
            (". .ssh", "ssh"),
            ("a. . ", "a"),
            ("-rf", "_-rf"),
            ("~root", "_~root"),
            ("CON", "_CON"),
            ("nul.txt", "_nul.txt"),
            ("com¹.log", "_com¹.log"),
            ("Lpt9 .x", "_Lpt9 .x"),
            ("COM10", "COM10"),
            ("console", "console"),
            ("photo\u{202e}gnp.exe", "photognp.exe"),
            ("a\u{200b}\u{feff}b", "ab"),
            ("\u{1b}[2Ja\r\nb\0", "[2Jab"),
            ("\u{202e}.\u{200b}.", "file"),
            ("a<b>c|d?e*f\"g", "a_b_c_d_e_f_g"),
        ] {
            assert_eq!(safe_name(sent), saved, "{sent:?}");
        }
    }

    #[test]
    fn a_long_name_keeps_its_ending() {
        let long = format!("{}.tar.gz", "é".repeat(300));
        let saved = safe_name(&long);
        assert!(
            saved.len() <= LONGEST_BYTES && saved.ends_with("é.gz"),
            "{saved}"
        );
        assert_eq!(safe_name(&"a".repeat(500)).len(), LONGEST_BYTES);
        assert_eq!(
            safe_name(&format!("a.{}", "b".repeat(500))).len(),
            LONGEST_BYTES
        );
    }

    #[test]
    fn a_number_stands_before_the_ending() {
        assert_eq!(numbered("a.png", 2), "a (2).png");
        assert_eq!(numbered("a", 12), "a (12)");
    }

    proptest! {
        #[test]
        fn any_name_becomes_one_in_this_folder(sent in any::<String>()) {
            let saved = safe_name(&sent);
            let path = std::path::Path::new(&saved);
            let mut parts = path.components();
            prop_assert!(matches!(parts.next(), Some(std::path::Component::Normal(_))));
            prop_assert!(parts.next().is_none());
            prop_assert!(!saved.starts_with('.') && saved.len() <= LONGEST_BYTES);
            prop_assert!(!saved.contains(['/', '\\', '\0', ':']));
            prop_assert_eq!(safe_name(&saved), saved);
        }
    }
}
