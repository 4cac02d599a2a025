//! The `console` blocks of a document: in goes Markdown, out come commands and what they are said
//! to print.
//!
//! A command is a line that begins with `$ `; one that ends in a backslash goes on in the next
//! line. The lines up to the next command are what it prints, blank ones at the end aside. A
//! command that ends in ` &` runs in the background. An HTML comment
//! `readme-check: skip because …` directly before a block keeps it from being run.

use anyhow::{Result, bail};

/// One fenced block.
#[derive(Debug, PartialEq, Eq)]
pub struct Block {
    /// Where the fence opens, from 1.
    pub line: usize,
    /// Why it is not run, where it is not.
    pub skipped: Option<String>,
    /// Its commands; empty when it is skipped.
    pub steps: Vec<Step>,
}

/// One command.
#[derive(Debug, PartialEq, Eq)]
pub struct Step {
    /// Its line in the document, from 1.
    pub line: usize,
    /// What is run, without the `&` of the background.
    pub command: String,
    /// Whether it goes on running while the next ones run.
    pub background: bool,
    /// The lines that it is said to print.
    pub expected: Vec<String>,
}

/// Reads the blocks of a document, whose name is for complaints.
///
/// # Errors
/// When a block does not end or begins with something else than a command, or a comment to the
/// check gives no reason.
pub fn parse(name: &str, text: &str) -> Result<Vec<Block>> {
    let mut blocks = Vec::new();
    let mut skip = None;
    let mut lines = text.lines().enumerate();
    while let Some((number, line)) = lines.next() {
        let at = number + 1;
        let line = line.trim();
        if let Some(info) = line.strip_prefix("```") {
            let mut body = Vec::new();
            loop {
                match lines.next() {
                    None => bail!("{name}:{at}: the block does not end"),
                    Some((_, line)) if line.trim() == "```" => break,
                    Some((number, line)) => body.push((number + 1, line)),
                }
            }
            if info == "console" {
                let skipped = skip.take();
                let steps = if skipped.is_none() {
                    steps(name, &body)?
                } else {
                    Vec::new()
                };
                blocks.push(Block {
                    line: at,
                    skipped,
                    steps,
                });
            } else if skip.is_some() {
                bail!("{name}:{at}: only `console` blocks are run, so there is none to skip");
            }
        } else if line.contains("readme-check:") {
            skip = Some(skip_reason(name, at, line)?);
        } else if !line.is_empty() && skip.is_some() {
            bail!("{name}:{at}: the comment to the check must stand directly before a block");
        }
    }
    if skip.is_some() {
        bail!("{name}: the last comment to the check has no block after it");
    }
    Ok(blocks)
}

fn skip_reason(name: &str, at: usize, line: &str) -> Result<String> {
    let reason = line
        .strip_prefix("<!-- readme-check: skip because ")
        .and_then(|rest| rest.strip_suffix("-->"))
        .map(str::trim)
        .filter(|reason| !reason.is_empty());
    match reason {
        Some(reason) => Ok(reason.to_owned()),
        None => bail!("{name}:{at}: write <!-- readme-check: skip because REASON -->"),
    }
}

fn steps(name: &str, body: &[(usize, &str)]) -> Result<Vec<Step>> {
    let mut steps: Vec<Step> = Vec::new();
    let mut continued = false;
    for (at, line) in body {
        if let Some(step) = steps.last_mut().filter(|_| continued) {
            step.command.push('\n');
            step.command
                .push_str(line.strip_prefix("> ").unwrap_or(line));
            continued = line.ends_with('\\');
        } else if let Some(command) = line.strip_prefix("$ ") {
            continued = command.ends_with('\\');
            let command = command.trim_end().to_owned();
            steps.push(Step {
                line: *at,
                command,
                background: false,
                expected: Vec::new(),
            });
        } else if let Some(step) = steps.last_mut() {
            step.expected.push((*line).to_owned());
        } else if !line.trim().is_empty() {
            bail!("{name}:{at}: a `console` block begins with `$ ` and a command");
        }
    }
    for step in &mut steps {
        if let Some(command) = step.command.strip_suffix(" &") {
            step.command = command.trim_end().to_owned();
            step.background = true;
        }
        while step
            .expected
            .last()
            .is_some_and(|line| line.trim().is_empty())
        {
            step.expected.pop();
        }
    }
    Ok(steps)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(text: &str, expected: &[(usize, &str, bool, &[&str])]) {
        let blocks = parse("README.md", text).unwrap();
        let steps = blocks.iter().flat_map(|block| &block.steps);
        let found: Vec<_> = steps
            .map(|step| {
                (
                    step.line,
                    step.command.clone(),
                    step.background,
                    step.expected.clone(),
                )
            })
            .collect();
        let expected: Vec<_> = expected
            .iter()
            .map(|(line, command, background, lines)| {
                let lines = lines
                    .iter()
                    .map(|line| (*line).to_owned())
                    .collect::<Vec<_>>();
                (*line, (*command).to_owned(), *background, lines)
            })
            .collect();
        assert_eq!(found, expected);
    }

    #[track_caller]
    fn check_error(text: &str, expected: &str) {
        assert_eq!(parse("README.md", text).unwrap_err().to_string(), expected);
    }

    #[test]
    fn commands_and_what_they_print_are_told_apart() {
        check(
            "# A\n```console\n$ one\nx\n\ny\n\n$ two three\n```\n```sh\n$ four\n```\n",
            &[
                (3, "one", false, &["x", "", "y"]),
                (8, "two three", false, &[]),
            ],
        );
    }

    #[test]
    fn a_command_may_go_on_in_the_next_line_and_in_the_background() {
        check(
            "```console\n$ one \\\n> two \\\n  three\nx\n$ four &\nready\n```\n",
            &[
                (2, "one \\\ntwo \\\n  three", false, &["x"]),
                (6, "four", true, &["ready"]),
            ],
        );
    }

    #[test]
    fn a_skipped_block_keeps_its_reason_and_has_no_steps() {
        let blocks = parse(
            "README.md",
            "<!-- readme-check: skip because it asks for a password -->\n```console\n$ a\n```\n",
        );
        let block = Block {
            line: 2,
            skipped: Some("it asks for a password".to_owned()),
            steps: Vec::new(),
        };
        assert_eq!(blocks.unwrap(), [block]);
    }

    #[test]
    fn what_is_malformed_is_refused() {
        check_error("```console\n$ a\n", "README.md:1: the block does not end");
        check_error(
            "```console\na\n```\n",
            "README.md:2: a `console` block begins with `$ ` and a command",
        );
        check_error(
            "<!-- readme-check: skip -->\n```console\n$ a\n```\n",
            "README.md:1: write <!-- readme-check: skip because REASON -->",
        );
        check_error(
            "<!-- readme-check: skip because x -->\ntext\n```console\n$ a\n```\n",
            "README.md:2: the comment to the check must stand directly before a block",
        );
        check_error(
            "<!-- readme-check: skip because x -->\n```sh\n$ a\n```\n",
            "README.md:2: only `console` blocks are run, so there is none to skip",
        );
    }
}
