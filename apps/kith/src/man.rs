//! `kith man`: manual pages out of the definitions of the commands, for whoever packages the program.

use clap::{Arg, Command};
use clap_mangen::Man;
use roff::{Roff, bold, roman};
use std::fs;
use std::io::{self, Write};
use std::path::Path;

use crate::help::{self, ENVIRONMENT, EXIT_STATUS, FILES};

/// The section of the manual for commands.
const SECTION: &str = "1";

/// Prints the page of the program itself.
///
/// # Errors
/// What the system says if it cannot be written there.
pub fn print(to: &mut impl Write) -> io::Result<()> {
    let program = built();
    render(&program, "", to)
}

/// Writes a page for each command that is not hidden into a folder; how many.
///
/// # Errors
/// What the system says if one cannot be written.
pub fn write(folder: &Path) -> io::Result<usize> {
    fs::create_dir_all(folder)?;
    write_all(&built(), "", folder)
}

/// The commands, each of which knows its whole name and all its options.
fn built() -> Command {
    let mut program = help::command().disable_help_subcommand(true);
    program.build();
    program
}

fn write_all(command: &Command, path: &str, folder: &Path) -> io::Result<usize> {
    let mut page = Vec::new();
    render(command, path, &mut page)?;
    let name = command.get_display_name();
    let name = name.unwrap_or_else(|| command.get_name());
    fs::write(folder.join(format!("{name}.{SECTION}")), page)?;
    let mut pages = 1;
    for inner in command.get_subcommands().filter(|one| !one.is_hide_set()) {
        let path = format!("{path} {}", inner.get_name());
        pages += write_all(inner, path.trim_start(), folder)?;
    }
    Ok(pages)
}

fn render(command: &Command, path: &str, to: &mut impl Write) -> io::Result<()> {
    let man = Man::new(command.clone())
        .section(SECTION)
        .source(concat!("kith ", env!("CARGO_PKG_VERSION")))
        .manual("Kith");
    man.render_title(to)?;
    man.render_name_section(to)?;
    man.render_synopsis_section(to)?;
    man.render_description_section(to)?;
    if command.get_arguments().any(is_shown) {
        man.render_options_section(to)?;
    }
    if command.get_subcommands().any(|one| !one.is_hide_set()) {
        man.render_subcommands_section(to)?;
    }
    let mut rest = Roff::new();
    if path.is_empty() {
        as_it_stands(&mut rest, "EXIT STATUS", EXIT_STATUS);
        entries(&mut rest, "ENVIRONMENT", ENVIRONMENT);
        entries(&mut rest, "FILES", FILES);
    }
    if let Some(page) = help::page(path) {
        as_it_stands(&mut rest, "EXAMPLES", page.examples);
    }
    if !path.is_empty() {
        rest.control("SH", ["SEE ALSO"]);
        rest.text([
            bold("kith"),
            roman("(1), for exit codes, environment and files"),
        ]);
    }
    rest.to_writer(to)
}

fn is_shown(argument: &Arg) -> bool {
    !argument.is_hide_set()
}

/// A section whose lines are not filled.
fn as_it_stands(roff: &mut Roff, heading: &str, text: &str) {
    roff.control("SH", [heading]);
    roff.control("nf", []);
    for line in text.lines() {
        roff.text([roman(line)]);
    }
    roff.control("fi", []);
}

fn entries(roff: &mut Roff, heading: &str, entries: &[(&str, &str)]) {
    roff.control("SH", [heading]);
    for (name, meaning) in entries {
        roff.control("TP", []);
        roff.text([bold(*name)]);
        roff.text([roman(*meaning)]);
    }
}
