//! The home's card: who runs it and for whom, in their own words, for whoever thinks of living here.
//! Shown on the page at `/`, and at `/card.json` for clients (docs/protocol.md, *Card*).

use super::config::CardConfig;
use super::error::HomeCommandError;
use serde::Serialize;

/// The longest word of a card, in bytes of UTF-8.
const MAX_BYTES: usize = 512;

/// What is shown; what was not said is left out. In the order of the alphabet, as it is printed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub(super) struct Card {
    #[serde(skip_serializing_if = "Option::is_none")]
    about: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    age: Option<&'static str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    contact: Option<String>,
    open: bool,
    #[serde(skip_serializing_if = "Option::is_none")]
    operator: Option<String>,
}

impl Card {
    /// The card that is configured.
    ///
    /// # Errors
    /// [`HomeCommandError::Card`] for a text that is blank, too long, or more than one line.
    pub(super) fn new(config: &CardConfig, open: bool) -> Result<Self, HomeCommandError> {
        for (key, text) in [
            ("operator", &config.operator),
            ("contact", &config.contact),
            ("about", &config.about),
        ] {
            let holds = |text: &String| {
                let is_line = !text.trim().is_empty() && !text.chars().any(char::is_control);
                is_line && text.len() <= MAX_BYTES
            };
            if !text.as_ref().is_none_or(holds) {
                return Err(HomeCommandError::Card(key));
            }
        }
        Ok(Self {
            operator: config.operator.clone(),
            contact: config.contact.clone(),
            about: config.about.clone(),
            age: config.age.map(|age| age.words()),
            open,
        })
    }

    /// The card as JSON.
    pub(super) fn json(&self) -> String {
        serde_json::json!(self).to_string()
    }

    /// The card as a part of the page, which says too if nobody is named.
    pub(super) fn html(&self) -> String {
        let mut lines = String::new();
        if let Some(about) = &self.about {
            lines.push_str(&format!("<p dir=\"auto\">{}</p>\n", escaped(about)));
        }
        let rows: String = [
            ("Run by", self.operator.as_deref()),
            ("Contact", self.contact.as_deref()),
            ("For people of", self.age),
        ]
        .into_iter()
        .filter_map(|(what, text)| Some((what, text?)))
        .map(|(what, text)| format!("<dt>{what}</dt><dd dir=\"auto\">{}</dd>\n", escaped(text)))
        .collect();
        if !rows.is_empty() {
            lines.push_str(&format!("<dl>\n{rows}</dl>\n"));
        }
        if self.operator.is_none() {
            lines.push_str("<p>Whoever runs it does not say here who they are.</p>\n");
        }
        lines
    }
}

/// Text that stays text in HTML.
fn escaped(text: &str) -> String {
    text.chars().fold(String::new(), |mut html, character| {
        match character {
            '&' => html.push_str("&amp;"),
            '<' => html.push_str("&lt;"),
            '>' => html.push_str("&gt;"),
            '"' => html.push_str("&quot;"),
            '\'' => html.push_str("&#39;"),
            other => html.push(other),
        }
        html
    })
}

#[cfg(test)]
mod tests {
    use super::super::config::Age;
    use super::*;

    fn config(about: &str) -> CardConfig {
        CardConfig {
            operator: None,
            contact: Some("mail@example.org".to_owned()),
            about: Some(about.to_owned()),
            age: Some(Age::Adults),
        }
    }

    #[test]
    fn what_was_said_is_shown_as_text_and_the_rest_is_left_out() {
        let card = Card::new(&config("For <b>\"us\"</b> & 'you'"), true).unwrap();
        assert_eq!(
            card.json(),
            "{\"about\":\"For <b>\\\"us\\\"</b> & 'you'\",\"age\":\"18+\",\
             \"contact\":\"mail@example.org\",\"open\":true}"
        );
        let html = card.html();
        assert!(html.contains("For &lt;b&gt;&quot;us&quot;&lt;/b&gt; &amp; &#39;you&#39;"));
        assert!(!html.contains("Run by") && html.contains("does not say here who they are"));
    }

    #[test]
    fn a_text_that_is_no_line_is_refused() {
        for about in ["", "  ", "two\nlines", "\u{7}", &"x".repeat(513)] {
            let error = Card::new(&config(about), true).unwrap_err();
            assert_eq!(error.exit_code(), 5, "{about:?}");
            assert!(
                error.to_string().starts_with("the setting card.about "),
                "{error}"
            );
        }
    }
}
