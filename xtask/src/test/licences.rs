//! Licences of everything we depend on, against the lists in deny.toml; advisories too where
//! cargo-deny is installed.

use anyhow::{Context as _, Result, bail};
use toml::{Table, Value};

use super::Outcome;
use crate::metadata::{self, Licensed};
use crate::process;

pub fn check() -> Result<Outcome> {
    if process::succeeds(&mut process::cargo(["deny", "--version"])) {
        process::run(&mut process::cargo(["deny", "check"]))?;
        return Ok(Outcome::Passed);
    }
    println!("cargo-deny is not installed: licences are checked here, advisories are not");
    let text = std::fs::read_to_string(process::root().join("deny.toml")).context("deny.toml")?;
    let policy = Policy::parse(&text)?;
    let packages = metadata::foreign_packages()?;
    let refused: Vec<String> = packages
        .iter()
        .filter_map(|package| policy.complaint(package))
        .collect();
    if !refused.is_empty() {
        bail!("{}", refused.join("\n"));
    }
    println!(
        "{} packages have licences that deny.toml allows",
        packages.len()
    );
    Ok(Outcome::Passed)
}

/// Which licences deny.toml allows: for all, and for single crates.
struct Policy {
    allowed: Vec<String>,
    exceptions: Vec<(String, Vec<String>)>,
}

impl Policy {
    fn parse(text: &str) -> Result<Self> {
        let table: Table = text.parse().context("deny.toml is malformed")?;
        let licences = table
            .get("licenses")
            .context("deny.toml has no [licenses]")?;
        let exceptions = licences
            .get("exceptions")
            .and_then(Value::as_array)
            .into_iter()
            .flatten();
        let exceptions = exceptions.filter_map(|entry| {
            let name = entry.get("crate").and_then(Value::as_str)?;
            Some((name.to_owned(), strings(entry.get("allow"))))
        });
        Ok(Self {
            allowed: strings(licences.get("allow")),
            exceptions: exceptions.collect(),
        })
    }

    fn complaint(&self, package: &Licensed) -> Option<String> {
        let Licensed {
            name,
            version,
            licence,
        } = package;
        let Some(licence) = licence else {
            return Some(format!("{name} {version} names no licence"));
        };
        let excepted = self.exceptions.iter().filter(|(other, _)| other == name);
        let excepted: Vec<&String> = excepted.flat_map(|(_, allowed)| allowed).collect();
        let allows = |one: &str| {
            self.allowed
                .iter()
                .chain(excepted.iter().copied())
                .any(|allowed| allowed == one)
        };
        match Expression::new(licence).satisfied(&allows) {
            Some(true) => None,
            Some(false) => Some(format!("{name} {version} is under {licence}: not allowed")),
            None => Some(format!(
                "{name} {version} is under {licence:?}: not understood"
            )),
        }
    }
}

fn strings(list: Option<&Value>) -> Vec<String> {
    let list = list.and_then(Value::as_array).into_iter().flatten();
    list.filter_map(Value::as_str).map(str::to_owned).collect()
}

/// An SPDX expression, read from the left. The slash of old manifests means OR.
struct Expression {
    /// What is still to be read, the next word last.
    words: Vec<String>,
}

impl Expression {
    fn new(text: &str) -> Self {
        let text = text
            .replace('/', " OR ")
            .replace('(', " ( ")
            .replace(')', " ) ");
        Self {
            words: text.split_whitespace().rev().map(str::to_owned).collect(),
        }
    }

    /// Whether a choice of allowed licences satisfies it; none when it is malformed.
    fn satisfied(mut self, allows: &dyn Fn(&str) -> bool) -> Option<bool> {
        let result = self.any(allows)?;
        self.words.is_empty().then_some(result)
    }

    fn any(&mut self, allows: &dyn Fn(&str) -> bool) -> Option<bool> {
        let mut result = self.all(allows)?;
        while self.take("OR") {
            result |= self.all(allows)?;
        }
        Some(result)
    }

    fn all(&mut self, allows: &dyn Fn(&str) -> bool) -> Option<bool> {
        let mut result = self.one(allows)?;
        while self.take("AND") {
            result &= self.one(allows)?;
        }
        Some(result)
    }

    fn one(&mut self, allows: &dyn Fn(&str) -> bool) -> Option<bool> {
        if self.take("(") {
            let result = self.any(allows)?;
            return self.take(")").then_some(result);
        }
        let licence = self
            .words
            .pop()
            .filter(|word| !matches!(word.as_str(), ")" | "OR" | "AND"))?;
        if self.take("WITH") {
            let exception = self.words.pop()?;
            return Some(allows(&format!("{licence} WITH {exception}")));
        }
        Some(allows(&licence))
    }

    fn take(&mut self, word: &str) -> bool {
        self.words.pop_if(|next| next == word).is_some()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const POLICY: &str = r#"
        [licenses]
        allow = ["MIT", "Apache-2.0", "Apache-2.0 WITH LLVM-exception", "ISC"]
        exceptions = [{ crate = "special", allow = ["MPL-2.0"] }]
    "#;

    #[track_caller]
    fn check(name: &str, licence: Option<&str>, expected: Option<&str>) {
        let package = Licensed {
            name: name.to_owned(),
            version: "1.0.0".to_owned(),
            licence: licence.map(str::to_owned),
        };
        let complaint = Policy::parse(POLICY).unwrap().complaint(&package);
        assert_eq!(complaint.as_deref(), expected);
    }

    #[test]
    fn an_allowed_choice_is_enough() {
        check("a", Some("MIT"), None);
        check("a", Some("MIT/Apache-2.0"), None);
        check("a", Some("GPL-3.0 OR MIT"), None);
        check("a", Some("(MIT OR GPL-3.0) AND ISC"), None);
        check("a", Some("Apache-2.0 WITH LLVM-exception"), None);
        check("special", Some("MPL-2.0"), None);
    }

    #[test]
    fn a_licence_that_is_not_allowed_is_found() {
        check(
            "a",
            Some("GPL-3.0"),
            Some("a 1.0.0 is under GPL-3.0: not allowed"),
        );
        check(
            "a",
            Some("MIT AND GPL-3.0"),
            Some("a 1.0.0 is under MIT AND GPL-3.0: not allowed"),
        );
        check(
            "a",
            Some("MPL-2.0"),
            Some("a 1.0.0 is under MPL-2.0: not allowed"),
        );
        check(
            "a",
            Some("MIT WITH x"),
            Some("a 1.0.0 is under MIT WITH x: not allowed"),
        );
    }

    #[test]
    fn a_licence_that_is_missing_or_malformed_is_found() {
        check("a", None, Some("a 1.0.0 names no licence"));
        check(
            "a",
            Some("(MIT"),
            Some("a 1.0.0 is under \"(MIT\": not understood"),
        );
        check(
            "a",
            Some("MIT MIT"),
            Some("a 1.0.0 is under \"MIT MIT\": not understood"),
        );
        check("a", Some(""), Some("a 1.0.0 is under \"\": not understood"));
    }

    #[test]
    fn the_projects_own_policy_can_be_read() {
        let text = std::fs::read_to_string(process::root().join("deny.toml")).unwrap();
        let policy = Policy::parse(&text).unwrap();
        assert!(policy.allowed.iter().any(|licence| licence == "MIT"));
        assert!(
            policy
                .exceptions
                .iter()
                .any(|(name, _)| name == "option-ext")
        );
    }
}
