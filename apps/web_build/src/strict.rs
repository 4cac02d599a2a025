//! What a page must not hold, for the policy that a home sends with it would stop it anyway, or a
//! person's browser would ask somebody else for it.

use anyhow::{Result, bail};

/// Looks through the text of a file.
///
/// # Errors
/// When it has a script, a style or a handler inline, or loads something from elsewhere.
pub fn check(path: &str, text: &str) -> Result<()> {
    let text = text.to_ascii_lowercase();
    if path.ends_with(".css") {
        for word in [
            "@import", "http:", "https:", "url(//", "url(\"//", "url('//",
        ] {
            if text.contains(word) {
                bail!("{path} holds {word}");
            }
        }
    }
    if !path.ends_with(".html") {
        return Ok(());
    }
    for (at, _) in text.match_indices('<') {
        let rest = text.get(at + 1..).unwrap_or_default();
        let tag = rest.split('>').next().unwrap_or(rest);
        let mut words = tag.split_whitespace();
        let name = words.next().unwrap_or_default();
        let attributes: Vec<&str> = words.collect();
        let has = |start: &str| attributes.iter().any(|word| word.starts_with(start));
        let elsewhere = attributes.iter().any(|word| {
            let value = word.split_once('=').map_or("", |(_, value)| value);
            let value = value.trim_start_matches(['"', '\'']);
            value.starts_with("//") || value.starts_with("http:") || value.starts_with("https:")
        });
        let handler = attributes
            .iter()
            .any(|word| word.starts_with("on") && word.contains('='));
        let is_inline = name == "style" || name == "script" && !has("src=");
        if is_inline || has("style=") || handler || elsewhere || name == "base" {
            bail!("{path} holds <{tag}>: nothing inline, nothing from elsewhere");
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_inline_or_from_elsewhere_is_found() {
        for wrong in [
            "<script>1</script>",
            "<SCRIPT type=\"module\">1</SCRIPT>",
            "<style>a { }</style>",
            "<p style=\"color: red\">",
            "<p\n  STYLE='color: red'>",
            "<body onload=\"x()\">",
            "<script src=\"https://example.org/x.js\"></script>",
            "<link rel=stylesheet href=//example.org/x.css>",
            "<base href=\"/\">",
        ] {
            assert!(check("index.html", wrong).is_err(), "{wrong}");
        }
        for wrong in ["@import 'x.css'", "a { background: url(https://x/) }"] {
            assert!(check("style.css", wrong).is_err(), "{wrong}");
        }
        let right = "<!doctype html><p class=\"style\">on = 1 <script type=\"module\" src=\"page.js\"></script>";
        check("index.html", right).unwrap();
        check("page.js", "let a = '<script>';").unwrap();
    }
}
