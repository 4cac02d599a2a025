//! What of a page can be found by its role and name, as a screen reader would find it (WAI-ARIA 1.2), and what a
//! person does with it: with the mouse's and keyboard's own events.

use serde_json::{Value, json};
use std::time::Duration;

use super::browser::Browser;

/// Something on the page.
#[derive(Debug, Clone)]
pub struct Part {
    node: i64,
    pub name: String,
    /// What stands in a field.
    pub value: String,
    pub disabled: bool,
    pub checked: bool,
    pub focused: bool,
}

fn property<'a>(node: &'a Value, name: &str) -> Option<&'a Value> {
    let properties = node["properties"].as_array()?;
    let found = properties.iter().find(|one| one["name"] == name)?;
    found.pointer("/value/value")
}

fn part(node: &Value) -> Option<Part> {
    if node["ignored"] == true {
        return None;
    }
    let text = |place: &str| node.pointer(place).and_then(Value::as_str);
    Some(Part {
        node: node["backendDOMNodeId"].as_i64()?,
        name: text("/name/value").unwrap_or_default().trim().to_owned(),
        value: text("/value/value").unwrap_or_default().to_owned(),
        disabled: property(node, "disabled") == Some(&Value::Bool(true)),
        checked: property(node, "checked").is_some_and(|value| value == "true"),
        focused: property(node, "focused") == Some(&Value::Bool(true)),
    })
}

/// All parts of one role, in the page's order; none while the page changes.
pub fn parts(browser: &Browser, role: &str) -> Vec<Part> {
    let asked = || -> Result<Vec<Part>, String> {
        let document = browser.tried("DOM.getDocument", json!({"depth": 0}))?;
        let query = json!({"backendNodeId": document["root"]["backendNodeId"], "role": role});
        let found = browser.tried("Accessibility.queryAXTree", query)?;
        Ok(found["nodes"]
            .as_array()
            .map_or_else(Vec::new, |nodes| nodes.iter().filter_map(part).collect()))
    };
    asked().unwrap_or_default()
}

/// The middle of a part, where it is seen.
fn middle(browser: &Browser, part: &Part) -> Result<(f64, f64), String> {
    let node = json!({"backendNodeId": part.node});
    browser.tried("DOM.scrollIntoViewIfNeeded", node.clone())?;
    let quads = browser.tried("DOM.getContentQuads", node)?;
    let corners = quads["quads"][0].as_array().ok_or("it has no place")?;
    let sum = |first: usize| -> f64 {
        let along = corners.iter().skip(first).step_by(2);
        along.filter_map(Value::as_f64).sum()
    };
    Ok((sum(0) / 4.0, sum(1) / 4.0))
}

/// Longer than it takes to draw what was done.
const DRAWN: Duration = Duration::from_millis(40);

/// Presses the mouse upon it, once it stays where it is: a person does not aim at what moves.
pub fn press(browser: &Browser, part: &Part) -> Result<(), String> {
    let before = middle(browser, part)?;
    std::thread::sleep(DRAWN);
    let (x, y) = middle(browser, part)?;
    if (x, y) != before {
        return Err("it moves".to_owned());
    }
    for kind in ["mousePressed", "mouseReleased"] {
        let event = json!({"type": kind, "x": x, "y": y, "button": "left", "clickCount": 1});
        browser.tried("Input.dispatchMouseEvent", event)?;
    }
    Ok(())
}

/// Writes into a field, in place of what stands there.
pub fn fill(browser: &Browser, part: &Part, text: &str) -> Result<(), String> {
    browser.tried("DOM.focus", json!({"backendNodeId": part.node}))?;
    let select = "document.activeElement.select(); return true;";
    browser.tried_script(select)?;
    browser.tried("Input.insertText", json!({"text": text}))?;
    Ok(())
}

/// Presses a key, by its name (UI Events KeyboardEvent key Values).
pub fn key(browser: &Browser, key: &str, modifiers: u8) -> Result<(), String> {
    let (code, text) = match key {
        "Enter" => (13, "\r"),
        "Tab" => (9, ""),
        " " => (32, " "),
        "Escape" => (27, ""),
        "ArrowDown" => (40, ""),
        "ArrowUp" => (38, ""),
        _ => return Err(format!("what key is {key}?")),
    };
    let name = if key == " " { "Space" } else { key };
    for kind in ["keyDown", "keyUp"] {
        let mut event = json!({
            "type": kind, "key": key, "code": name, "windowsVirtualKeyCode": code, "modifiers": modifiers,
        });
        if kind == "keyDown" && !text.is_empty() {
            event["text"] = json!(text);
        }
        browser.tried("Input.dispatchKeyEvent", event)?;
    }
    Ok(())
}
