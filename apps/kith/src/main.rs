//! The `kith` binary: reads the arguments and hands over; what a command does stands in its module.

mod bench;
mod cli;
mod counted;
mod duration;
mod folded;
mod followed;
mod help;
mod home;
mod man;
mod moment;
mod output;
mod signals;
mod terminal;
mod usage;

use bench::BenchArguments;
use clap::{ArgMatches, FromArgMatches, Parser, Subcommand};
use cli::{ClientCommand, CommandError, ProfileArguments};
use home::HomeArguments;
use output::Output;
use std::io::Write as _;
use std::path::Path;
use std::process::ExitCode;

/// A home is to give back what a busy hour took; the system's allocator on Linux keeps blocks of a megabyte
/// once some were freed.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

/// A place for relationships that live online.
#[derive(Debug, Parser)]
#[command(name = "kith", version)]
struct Arguments {
    /// Print JSON Lines.
    #[arg(long, global = true, help_heading = cli::EVERYWHERE)]
    json: bool,
    /// Print results only.
    #[arg(long, global = true, help_heading = cli::EVERYWHERE)]
    quiet: bool,
    #[command(flatten)]
    profile: ProfileArguments,
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// Run a home.
    Home(HomeArguments),
    /// Measure, and print one JSON line.
    Bench(BenchArguments),
    #[command(flatten)]
    Client(ClientCommand),
}

fn main() -> ExitCode {
    let parsed = help::command()
        .try_get_matches()
        .and_then(|matches| Ok((Arguments::from_arg_matches(&matches)?, matches)));
    let (arguments, matches) = match parsed {
        Ok(parsed) => parsed,
        Err(error) => return usage::report(&error),
    };
    let output = Output {
        json: arguments.json,
        quiet: arguments.quiet,
        listener: None,
    };
    match arguments.command {
        Command::Home(home) => match home::run(home, inner(&matches), output) {
            Ok(()) => ExitCode::SUCCESS,
            Err(error) => {
                output.error(error.kind(), cli::sentence(&error.to_string()));
                ExitCode::from(error.exit_code())
            }
        },
        Command::Bench(bench) => match bench::run(bench, output) {
            Ok(()) => ExitCode::SUCCESS,
            Err(error) => {
                let (code, kind) = error.code_and_kind();
                output.error(kind, cli::sentence(&error.to_string()));
                ExitCode::from(code)
            }
        },
        Command::Client(command) => match cli::run(command, arguments.profile, output) {
            Ok(()) => ExitCode::SUCCESS,
            Err(CommandError::Stopped) => signals::end(),
            Err(error) => {
                output.error(error.kind(), &error);
                ExitCode::from(error.exit_code())
            }
        },
    }
}

/// A command of the client as it was typed, the program's name first; whether with JSON, and whether quietly.
fn parse_client(typed: &[String]) -> Option<(ClientCommand, ProfileArguments, bool, bool)> {
    let arguments = Arguments::try_parse_from(typed).ok()?;
    match arguments.command {
        Command::Client(command) => {
            Some((command, arguments.profile, arguments.json, arguments.quiet))
        }
        Command::Home(_) | Command::Bench(_) => None,
    }
}

/// Prints what lets a shell complete the commands.
fn completions(shell: clap_complete::Shell) -> Result<(), cli::CommandError> {
    let mut script = Vec::new();
    clap_complete::generate(shell, &mut help::completed(), "kith", &mut script);
    std::io::stdout().lock().write_all(&script)?;
    Ok(())
}

/// Prints the manual page of the program, or writes those of all commands into a folder.
fn man(folder: Option<&Path>, output: Output<'_>) -> Result<(), cli::CommandError> {
    let Some(folder) = folder else {
        let mut page = Vec::new();
        man::print(&mut page)?;
        std::io::stdout().lock().write_all(&page)?;
        return Ok(());
    };
    let pages = man::write(folder).map_err(|error| {
        let folder = folder.display();
        let why = format!("the manual pages cannot be written into {folder} ({error})");
        cli::CommandError::Storage(cli::sentence(&format!(
            "{why}; some may be there; choose another folder with --out"
        )))
    })?;
    output.result(
        &serde_json::json!({ "out": folder, "pages": pages }),
        format_args!("{pages} manual pages are in {}.", folder.display()),
    )?;
    Ok(())
}

/// What was said to the command itself.
fn inner(matches: &ArgMatches) -> &ArgMatches {
    matches.subcommand().map_or(matches, |(_, inner)| inner)
}
