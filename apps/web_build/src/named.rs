//! Each file gets a name with its own hash, `page.js` becoming `page.0123456789abcdef.js`, and whoever
//! names it names that: so a name stands for the same bytes for ever, and may be kept for ever.
//!
//! A file is named once all that it names are, since its hash covers their names. Names are found in
//! texts, as whole words in quotes; a module cannot be rewritten, so it must not hold any.

use crate::{Files, strict};
use anyhow::{Result, bail};
use data_encoding::HEXLOWER;
use sha2::{Digest as _, Sha256};
use std::collections::{BTreeMap, BTreeSet};

/// The page itself, which keeps its name.
pub const INDEX: &str = "index.html";
/// The script with which the worker begins.
const WORKER: &str = "worker.js";
/// Characters of a hash in a name, 64 bits.
const HASH_CHARS: usize = 16;

/// A file under the name by which it is asked for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Named {
    pub name: String,
    pub media_type: &'static str,
    /// Whether the worker begins with it.
    pub is_worker: bool,
    /// Of its bytes, SHA-256 in hexadecimal digits.
    pub hash: String,
    pub bytes: Vec<u8>,
}

/// Names all files.
///
/// # Errors
/// When files name each other in a circle, nothing names one, a module holds a name, a page is not
/// [`strict`], or the media type is not known.
pub fn name(mut waiting: Files) -> Result<Vec<Named>> {
    let all: BTreeSet<String> = waiting.keys().cloned().collect();
    if !all.contains(INDEX) {
        bail!("there is no {INDEX}");
    }
    let mut names = BTreeMap::new();
    let mut used = BTreeSet::from([INDEX.to_owned()]);
    let mut named = Vec::new();
    while !waiting.is_empty() {
        let is_ready = |path: &str, bytes: &[u8]| {
            let mut uses = uses(path, bytes, &all).into_iter();
            uses.all(|path| names.contains_key(&path))
        };
        let ready = waiting.extract_if(.., |path, bytes| is_ready(path, bytes));
        let ready: Vec<_> = ready.collect();
        if ready.is_empty() {
            let circle: Vec<_> = waiting.into_keys().collect();
            bail!("these files name each other: {}", circle.join(", "));
        }
        for (path, bytes) in ready {
            used.extend(uses(&path, &bytes, &all));
            if let Some(held) = all.iter().find(|name| holds(&path, &bytes, name)) {
                bail!("{path} holds the name {held}, and cannot be told its new one");
            }
            let file = finish(&path, bytes, &names)?;
            names.insert(path, file.name.clone());
            named.push(file);
        }
    }
    if let Some(unused) = all.difference(&used).next() {
        bail!("nothing names {unused}; it would be carried along for nothing");
    }
    named.sort_by(|one, other| one.name.cmp(&other.name));
    Ok(named)
}

fn finish(path: &str, bytes: Vec<u8>, names: &BTreeMap<String, String>) -> Result<Named> {
    let media_type = media_type(path)?;
    let bytes = match text(path, &bytes) {
        Some(text) => {
            strict::check(path, text)?;
            rewritten(text, names).into_bytes()
        }
        None => bytes,
    };
    let hash = HEXLOWER.encode(&Sha256::digest(&bytes));
    let name = if path == INDEX {
        path.to_owned()
    } else {
        hashed(path, &hash)
    };
    Ok(Named {
        name,
        media_type,
        is_worker: path == WORKER,
        hash,
        bytes,
    })
}

/// The last part of a path, with a hash before its extension.
fn hashed(path: &str, hash: &str) -> String {
    let file = path.rsplit('/').next().unwrap_or(path);
    let hash = hash.get(..HASH_CHARS).unwrap_or(hash);
    match file.rsplit_once('.') {
        Some((stem, extension)) => format!("{stem}.{hash}.{extension}"),
        None => format!("{file}.{hash}"),
    }
}

fn media_type(path: &str) -> Result<&'static str> {
    Ok(match extension(path) {
        "html" => "text/html; charset=utf-8",
        "js" => "text/javascript; charset=utf-8",
        "css" => "text/css; charset=utf-8",
        "wasm" => "application/wasm",
        "webmanifest" => "application/manifest+json",
        "svg" => "image/svg+xml",
        "png" => "image/png",
        "ico" => "image/vnd.microsoft.icon",
        "woff2" => "font/woff2",
        "words" => "application/octet-stream",
        _ => bail!("nobody has said yet of which media type {path} is"),
    })
}

fn extension(path: &str) -> &str {
    path.rsplit_once('.').map_or("", |(_, extension)| extension)
}

/// The text of a file in which names may stand.
fn text<'b>(path: &str, bytes: &'b [u8]) -> Option<&'b str> {
    let may = ["html", "js", "css", "webmanifest"].contains(&extension(path));
    str::from_utf8(bytes).ok().filter(|_| may)
}

/// Whether a module holds the name of a script or of a sheet.
fn holds(path: &str, bytes: &[u8], name: &str) -> bool {
    extension(path) == "wasm"
        && ["js", "css"].contains(&extension(name))
        && bytes
            .windows(name.len())
            .any(|window| window == name.as_bytes())
}

/// The files that one names.
fn uses(path: &str, bytes: &[u8], all: &BTreeSet<String>) -> BTreeSet<String> {
    let Some(text) = text(path, bytes) else {
        return BTreeSet::new();
    };
    let is_named = |name: &&String| *name != path && places(text, name).next().is_some();
    all.iter().filter(is_named).cloned().collect()
}

/// Where in a text a file is named: in quotes or brackets, as `name`, `./name` or `/app/name`.
fn places<'t>(text: &'t str, name: &'t str) -> impl Iterator<Item = usize> + 't {
    text.match_indices(name)
        .map(|(at, _)| at)
        .filter(move |at| {
            let before = text.get(..*at).unwrap_or_default();
            let before = before
                .strip_suffix("./")
                .or_else(|| before.strip_suffix("/app/"))
                .unwrap_or(before);
            let after = text.get(at + name.len()..).unwrap_or_default();
            before.ends_with(['"', '\'', '`', '(']) && after.starts_with(['"', '\'', '`', ')'])
        })
}

fn rewritten(text: &str, names: &BTreeMap<String, String>) -> String {
    let mut changes: Vec<(usize, &str, &str)> = names
        .iter()
        .flat_map(|(old, new)| places(text, old).map(move |at| (at, old.as_str(), new.as_str())))
        .collect();
    changes.sort_unstable();
    let mut rewritten = String::with_capacity(text.len());
    let mut done = 0;
    for (at, old, new) in changes {
        rewritten.push_str(text.get(done..at).unwrap_or_default());
        rewritten.push_str(new);
        done = at + old.len();
    }
    rewritten.push_str(text.get(done..).unwrap_or_default());
    rewritten
}

#[cfg(test)]
mod tests {
    use super::*;

    fn files(files: &[(&str, &str)]) -> Files {
        let files = files.iter();
        files
            .map(|(name, text)| ((*name).to_owned(), text.as_bytes().to_vec()))
            .collect()
    }

    const PAGE: &str = r#"<link rel="stylesheet" href="style.css"><script type="module" src="/app/page.js"></script>"#;

    #[test]
    fn whoever_names_a_file_names_its_hash_too() {
        let named = name(files(&[
            (INDEX, PAGE),
            (
                "page.js",
                "import init from './web.js'; new Worker(\"worker.js\"); // style.css",
            ),
            ("web.js", "new URL('web_bg.wasm', import.meta.url)"),
            ("web_bg.wasm", "module"),
            ("worker.js", "import './snippets/a-1/inline0.js'"),
            ("snippets/a-1/inline0.js", "1"),
            ("style.css", "a { }"),
        ]))
        .unwrap();
        let find = |start: &str| named.iter().find(|file| file.name.starts_with(start));
        let text = |start: &str| String::from_utf8(find(start).unwrap().bytes.clone()).unwrap();
        let name = |start: &str| find(start).unwrap().name.clone();
        assert_eq!(
            text("page."),
            format!(
                "import init from './{}'; new Worker(\"{}\"); // style.css",
                name("web."),
                name("worker.")
            )
        );
        assert_eq!(
            text(INDEX),
            PAGE.replace("style.css", &name("style."))
                .replace("page.js", &name("page."))
        );
        assert_eq!(text("worker."), format!("import './{}'", name("inline0.")));
        for file in &named {
            assert_eq!(file.hash, HEXLOWER.encode(&Sha256::digest(&file.bytes)));
            assert!(file.name == INDEX || file.name.contains(&file.hash[..16]));
            assert_eq!(file.is_worker, file.name.starts_with("worker."));
        }
    }

    #[track_caller]
    fn check(with: &[(&str, &str)], expected: &str) {
        let index = r#"<script type="module" src="page.js"></script>"#;
        let mut all = files(&[(INDEX, index), ("page.js", "1")]);
        all.extend(files(with));
        let error = name(all).unwrap_err().to_string();
        assert!(error.contains(expected), "{error}");
    }

    #[test]
    fn what_cannot_be_named_is_refused() {
        check(&[("unused.js", "")], "nothing names unused.js");
        check(
            &[("page.js", "'other.js'"), ("other.js", "'page.js'")],
            "these files name each other: index.html, other.js, page.js",
        );
        check(
            &[
                ("page.js", "'a.wasm' 'b.js'"),
                ("b.js", ""),
                ("a.wasm", "\0b.js\0"),
            ],
            "a.wasm holds the name b.js",
        );
        check(
            &[("page.js", "'a.exe'"), ("a.exe", "")],
            "of which media type a.exe is",
        );
        check(&[(INDEX, "<p style=\"color: red\">")], "index.html");
        assert!(name(Files::new()).is_err());
    }
}
