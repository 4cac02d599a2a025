//! What the help and the man pages say of each command beyond its first line: what it does, what is safe, and how it is
//! typed.
//!
//! The first line and the options stand with the arguments themselves. A command without a page here is found by a test
//! (`tests/contract/man.rs`), which also tries out every example.

mod homes;
mod people;
mod program;
mod words;

pub use program::{ENVIRONMENT, EXIT_STATUS, FILES};

use clap::{Command, CommandFactory as _};
use std::iter::once;

/// What is said of one command.
#[derive(Debug, Clone, Copy)]
pub struct Page {
    /// The command, without the program's name: `invite new`.
    pub command: &'static str,
    /// Paragraphs behind the first line, with a blank line between two; short lines, which a terminal shows as they are.
    pub text: &'static str,
    /// Lines as they are typed.
    pub examples: &'static str,
}

/// The page of a command.
pub fn page(command: &str) -> Option<&'static Page> {
    let all = [people::PAGES, words::PAGES, homes::PAGES];
    all.into_iter()
        .flatten()
        .chain(once(&program::PAGE))
        .find(|page| page.command == command)
}

/// The program's arguments with the pages of all its commands.
pub fn command() -> Command {
    with_pages(crate::Arguments::command(), "")
}

/// The same for a shell to complete, without the command that only this program starts: the generators of scripts offer
/// hidden ones, too. A command cannot be taken out, so the one above it is put together anew.
pub fn completed() -> Command {
    command().mut_subcommand("bench", |bench| {
        let shown = bench.get_subcommands().filter(|one| !one.is_hide_set());
        Command::new("bench")
            .about(bench.get_about().cloned().unwrap_or_default())
            .args(bench.get_arguments().cloned())
            .subcommands(shown.cloned())
    })
}

fn names(command: &Command) -> Vec<String> {
    let all = command.get_subcommands();
    all.map(|one| one.get_name().to_owned()).collect()
}

/// Gives a command its page, and its commands theirs.
fn with_pages(mut command: Command, path: &str) -> Command {
    if let Some(page) = page(path) {
        let first = command.get_about().map(ToString::to_string);
        let first = first.unwrap_or_default();
        command = command
            .long_about(format!("{first}.\n\n{}", page.text))
            .after_long_help(after(page));
    }
    if !path.is_empty() {
        // Half a command is wrong usage; the program's name alone is a question.
        command = command.arg_required_else_help(false);
    }
    for name in names(&command) {
        let path = format!("{path} {name}");
        command = command.mut_subcommand(name, |one| with_pages(one, path.trim_start()));
    }
    command
}

/// What stands behind the options.
fn after(page: &Page) -> String {
    let examples = indented(page.examples);
    if page.command.is_empty() {
        let status = indented(EXIT_STATUS);
        let rest = [ENVIRONMENT, FILES].map(|entries| {
            let entries = entries.iter();
            let entries = entries.map(|(name, meaning)| format!("{name}\n  {meaning}"));
            indented(&entries.collect::<Vec<_>>().join("\n"))
        });
        let [environment, files] = rest;
        return format!(
            "Exit status:\n{status}\n\nEnvironment:\n{environment}\n\nFiles:\n{files}\n\nExamples:\n{examples}"
        );
    }
    format!("Examples:\n{examples}")
}

fn indented(text: &str) -> String {
    let lines: Vec<String> = text.lines().map(|line| format!("  {line}")).collect();
    lines.join("\n")
}

#[cfg(test)]
mod tests {
    use super::*;

    /// All commands below one, with what is said of whether they are hidden.
    fn below(command: &Command, path: &str) -> Vec<(String, bool)> {
        let mut found = Vec::new();
        for inner in command.get_subcommands() {
            let path = format!("{path} {}", inner.get_name());
            found.extend(below(inner, &path));
            found.push((path, inner.is_hide_set()));
        }
        found
    }

    #[test]
    fn shells_complete_each_command_but_those_that_are_hidden() {
        let (mut all, mut completed) = (below(&command(), ""), below(&completed(), ""));
        assert!(all.iter().any(|(_, is_hidden)| *is_hidden));
        all.retain(|(_, is_hidden)| !is_hidden);
        all.sort();
        completed.sort();
        assert_eq!(completed, all);
    }
}
