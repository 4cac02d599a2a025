//! Wrong usage in one or two sentences: what was wrong with what was typed, and what to type instead.
//!
//! What was wrong is told by clap, in the context of its error; here it is only said for people. Help and versions that
//! were asked for are results, and stay as clap prints them.

use clap::error::{ContextKind, ContextValue, ErrorKind};
use clap::{Arg, ArgMatches, Command, Error};
use std::any::TypeId;
use std::ffi::OsString;
use std::process::ExitCode;

use crate::cli::sentence;
use crate::duration::DurationError;
use crate::help;
use crate::moment::MomentError;
use crate::output::Output;

/// Of what was typed, so many characters are repeated at most.
const MOST_REPEATED: usize = 60;

/// Help and version are results; everything else is wrong usage, exit code 2.
pub fn report(error: &Error) -> ExitCode {
    match error.kind() {
        ErrorKind::DisplayHelp | ErrorKind::DisplayVersion => {
            // There is nobody left to tell if printing fails.
            let _ = error.print();
            return ExitCode::SUCCESS;
        }
        _ => {}
    }
    let output = Output {
        json: std::env::args_os().any(|argument| argument == "--json"),
        quiet: false,
        listener: None,
    };
    if error.kind() == ErrorKind::DisplayHelpOnMissingArgumentOrSubcommand && !output.json {
        // Whoever types the program's name alone is shown what there is.
        let _ = error.print();
    } else {
        output.error("usage", said(error, std::env::args_os()));
    }
    ExitCode::from(2)
}

/// What was wrong with what was typed, the program's name first, and what to type instead.
fn said(error: &Error, typed: impl Iterator<Item = OsString>) -> String {
    let typed = Typed::of(typed);
    let (what, instead) = what_and_instead(error, &typed);
    let help = typed.path.join(" ");
    let what = what.trim_end_matches('.');
    sentence(&format!(
        "{what}; nothing was done. {instead}See: {help} --help"
    ))
}

/// As much of what was typed as could be understood.
struct Typed {
    /// The program and the commands.
    path: Vec<String>,
    /// The last of these.
    command: Command,
    matches: ArgMatches,
}

impl Typed {
    fn of(typed: impl Iterator<Item = OsString>) -> Self {
        let mut command = help::command();
        let partial = command.clone().ignore_errors(true);
        let mut matches = partial.try_get_matches_from(typed).unwrap_or_default();
        command.build();
        let mut path = vec![command.get_name().to_owned()];
        while let Some((name, inner)) = matches.remove_subcommand() {
            let Some(found) = command.find_subcommand(&name) else {
                break;
            };
            command = found.clone();
            path.push(name);
            matches = inner;
        }
        Self {
            path,
            command,
            matches,
        }
    }

    /// The command as it is typed.
    fn quoted(&self) -> String {
        quoted(&self.path.join(" "))
    }

    /// The argument that clap names so.
    fn argument(&self, shown: &str) -> Option<&Arg> {
        let mut all = self.command.get_arguments();
        all.find(|argument| argument.to_string() == shown)
    }

    /// What begins like an option and was taken for a text.
    fn taken_for_a_text(&self) -> Option<String> {
        let texts = self.command.get_positionals();
        texts
            .filter(|argument| argument.is_allow_hyphen_values_set())
            .filter_map(|argument| self.matches.get_raw(argument.get_id().as_str())?.next())
            .find_map(|taken| taken.to_str().filter(|taken| taken.starts_with("--")))
            .map(quoted)
    }
}

/// What was wrong, and a sentence about what to type instead with a blank behind it, or nothing.
fn what_and_instead(error: &Error, typed: &Typed) -> (String, String) {
    let argument = text(error, ContextKind::InvalidArg);
    let command = typed.quoted();
    match (error.kind(), argument) {
        (ErrorKind::UnknownArgument, Some(unknown)) => unknown_argument(error, typed, unknown),
        (ErrorKind::InvalidSubcommand, _) => {
            let unknown = text(error, ContextKind::InvalidSubcommand).unwrap_or_default();
            let asked = typed.path.join(" ");
            let mut instead = suggested(
                error,
                ContextKind::SuggestedSubcommand,
                &format!("{asked} "),
            );
            if instead.is_empty() && typed.path.len() > 1 {
                let all = typed
                    .command
                    .get_subcommands()
                    .filter(|one| !one.is_hide_set());
                instead = choice(all.map(Command::get_name).collect());
            }
            let unknown = quoted(&format!("{asked} {unknown}"));
            (format!("there is no command {unknown}"), instead)
        }
        (ErrorKind::MissingSubcommand, _) => {
            let what = format!("{command} needs one more word");
            (what, choice(texts(error, ContextKind::ValidSubcommand)))
        }
        (ErrorKind::MissingRequiredArgument, _) => {
            let missing = listed(&texts(error, ContextKind::InvalidArg), "and");
            let usage = usage(error).map(|usage| format!("It is typed so: {usage}. "));
            let what = format!("{command} lacks {missing}");
            (what, usage.unwrap_or_default())
        }
        (ErrorKind::InvalidValue | ErrorKind::ValueValidation, Some(argument)) => {
            invalid_value(error, typed, argument)
        }
        (ErrorKind::ArgumentConflict, _) => conflict(error, argument),
        (ErrorKind::TooManyValues, Some(argument)) => {
            let argument = quoted(argument);
            (format!("{argument} takes no value"), String::new())
        }
        (ErrorKind::InvalidUtf8, _) => ("something typed is not UTF-8 text".into(), String::new()),
        (ErrorKind::DisplayHelpOnMissingArgumentOrSubcommand, _) => {
            ("a command is missing".into(), String::new())
        }
        _ => (as_clap_says_it(error), String::new()),
    }
}

fn unknown_argument(error: &Error, typed: &Typed, unknown: &str) -> (String, String) {
    let command = typed.quoted();
    if unknown.starts_with('-') {
        let what = format!("{command} has no option {}", quoted(unknown));
        return (what, suggested(error, ContextKind::SuggestedArg, ""));
    }
    let unknown = quoted(unknown);
    let what = format!("{unknown} is one word too many for {command}");
    let instead = if let Some(taken) = typed.taken_for_a_text() {
        format!("{taken} is none of its options, and was taken for a text. ")
    } else if typed.command.get_positionals().next().is_some() {
        "What has several words is typed in quotes. ".to_owned()
    } else {
        String::new()
    };
    (what, instead)
}

fn invalid_value(error: &Error, typed: &Typed, argument: &str) -> (String, String) {
    let value = text(error, ContextKind::InvalidValue).unwrap_or_default();
    let of = quoted(argument);
    let valid = choice(texts(error, ContextKind::ValidValue));
    if value.is_empty() {
        let name = argument.split(' ').next().unwrap_or_default();
        let instead = if valid.is_empty() && name.starts_with('-') {
            format!("One that begins with - is typed so: {name}=-… ")
        } else {
            valid
        };
        return (format!("{of} needs a value"), instead);
    }
    let quoted_value = quoted(value);
    let why = std::error::Error::source(error);
    let says_it = why.is_some_and(|why| why.is::<DurationError>() || why.is::<MomentError>());
    if !says_it && typed.argument(argument).is_some_and(is_number) {
        return match value.parse::<i128>() {
            Err(_) => (
                format!("{quoted_value} is no number"),
                format!("A whole number goes with {of}. "),
            ),
            Ok(..=0) => (
                format!("{quoted_value} is too small for {of}"),
                String::new(),
            ),
            Ok(_) => (
                format!("{quoted_value} is too small or too large for {of}"),
                String::new(),
            ),
        };
    }
    let what = format!("{quoted_value} does not go with {of}");
    match why {
        Some(why) => (format!("{what}: {why}"), valid),
        None => (what, valid),
    }
}

/// Whether a number goes with an argument; so may what is read as one.
fn is_number(argument: &Arg) -> bool {
    let kind = argument.get_value_parser().type_id();
    let numbers = [
        TypeId::of::<u16>(),
        TypeId::of::<u32>(),
        TypeId::of::<u64>(),
    ];
    numbers.into_iter().any(|number| kind == number)
}

fn conflict(error: &Error, argument: Option<&str>) -> (String, String) {
    let inner = text(error, ContextKind::InvalidSubcommand);
    let one = argument.or(inner).unwrap_or_default();
    let others = texts(error, ContextKind::PriorArg);
    if others == [one] {
        let what = format!("{} was given more than once", quoted(one));
        return (what, "Give it once. ".into());
    }
    let all: Vec<&str> = others.into_iter().chain([one]).collect();
    let what = format!("{} do not go together", listed(&all, "and"));
    (what, "Leave one out. ".into())
}

/// `Did you mean …? `, where something similar is known.
fn suggested(error: &Error, kind: ContextKind, before: &str) -> String {
    let similar = texts(error, kind);
    let similar: Vec<String> = similar.iter().map(|one| format!("{before}{one}")).collect();
    if similar.is_empty() {
        return String::new();
    }
    let similar: Vec<&str> = similar.iter().map(String::as_str).collect();
    format!("Did you mean {}? ", listed(&similar, "or"))
}

/// What can be chosen from, where there is something.
fn choice(mut all: Vec<&str>) -> String {
    all.retain(|one| *one != "help");
    match all.as_slice() {
        [] => String::new(),
        [only] => format!("Only this goes there: {}. ", quoted(only)),
        several => format!("One of these goes there: {}. ", listed(several, "or")),
    }
}

/// How the command is typed with what is missing.
fn usage(error: &Error) -> Option<String> {
    let Some(ContextValue::StyledStr(usage)) = error.get(ContextKind::Usage) else {
        return None;
    };
    let usage = usage.to_string();
    let first = usage.lines().next()?;
    Some(first.strip_prefix("Usage: ")?.trim().to_owned())
}

fn text(error: &Error, kind: ContextKind) -> Option<&str> {
    match error.get(kind) {
        Some(ContextValue::String(text)) => Some(text),
        _ => None,
    }
}

fn texts(error: &Error, kind: ContextKind) -> Vec<&str> {
    match error.get(kind) {
        Some(ContextValue::String(text)) => vec![text],
        Some(ContextValue::Strings(texts)) => texts.iter().map(String::as_str).collect(),
        _ => Vec::new(),
    }
}

/// `a`, `b` and `c`, each in quotes.
fn listed(all: &[&str], word: &str) -> String {
    let all: Vec<String> = all.iter().map(|one| quoted(one)).collect();
    match all.split_last() {
        None => String::new(),
        Some((last, [])) => last.clone(),
        Some((last, before)) => format!("{} {word} {last}", before.join(", ")),
    }
}

/// What was typed, as it can be repeated in a sentence.
fn quoted(typed: &str) -> String {
    let mut repeated: String = typed.chars().take(MOST_REPEATED).collect();
    if repeated.len() < typed.len() {
        repeated.push('…');
    }
    format!("`{}`", legible::line(&repeated))
}

/// What clap says of an error that none of these arguments has today, without the picture of the right ones.
fn as_clap_says_it(error: &Error) -> String {
    let text = error.render().to_string();
    let text = text.trim_start_matches("error: ");
    let wrong = text.split("\n\n").next().unwrap_or(text);
    let words: Vec<&str> = wrong.split_whitespace().collect();
    words.join(" ").trim_end_matches(['.', ':']).to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn said_of(typed: &str) -> String {
        let words = || std::iter::once("kith").chain(typed.split_whitespace());
        let error = help::command().try_get_matches_from(words()).unwrap_err();
        said(&error, words().map(OsString::from))
    }

    #[test]
    fn wrong_usage_is_told_with_what_to_type_instead() {
        let lines: Vec<&str> = include_str!("../tests/data/usage.txt").lines().collect();
        for pair in lines.chunks(2) {
            let [typed, expected] = pair else {
                panic!("{pair:?}")
            };
            let typed = typed.strip_prefix("$ kith ").unwrap();
            assert_eq!(said_of(typed), *expected, "{typed}");
        }
    }

    #[test]
    fn of_what_was_typed_little_is_repeated_and_nothing_of_it_steers() {
        let long = said_of(&format!("dance{}", "x".repeat(10_000)));
        assert!(long.len() < 200, "{long}");
        let steers = said_of("dance\u{1b}[2J\u{202e}");
        assert!(!steers.contains(['\u{1b}', '\u{202e}']), "{steers}");
    }
}
