//! `cargo xtask start`: from a fresh clone to a running home in one command.

use std::io::Write as _;
use std::net::TcpListener;
use std::path::Path;
use std::process::{Command, ExitCode};
use std::time::Instant;

use anyhow::{Context as _, Result};

use crate::{metadata, process, tools, web};

/// Builds Kith and runs a home with `arguments` added; ends as the home ends.
///
/// # Errors
/// When a tool is missing, the build fails or the binary cannot be started.
pub fn run(arguments: &[&str]) -> Result<ExitCode> {
    try_to_listen(listen(arguments))?;
    build()?;
    let kith = metadata::workspace()?.kith();
    println!("{}", introduction(&quoted(&kith), &address(arguments)));
    std::io::stdout().flush()?;
    let mut home = Command::new(&kith);
    home.args(["home", "--open"]).args(arguments);
    become_home(home).with_context(|| format!("{} could not be started", kith.display()))
}

/// Builds the `kith` binary for release, with the app in it.
///
/// # Errors
/// When a tool is missing or the build fails.
pub fn build() -> Result<()> {
    tools::for_building()?;
    let workspace = metadata::workspace()?;
    println!("building the app that browsers load; the first time this takes some minutes");
    let bundle = web::build(&workspace, web::Build::Best)?;
    println!("building kith; the first time this takes some minutes, too");
    let began = Instant::now();
    let mut cargo = process::cargo(["build", "--release", "--package", "kith"]);
    process::run(cargo.env(web::BUNDLE_VARIABLE, &bundle))?;
    println!("built in {:.1} s", began.elapsed().as_secs_f64());
    Ok(())
}

/// The home takes this process's place, so that signals reach it and its exit code is ours.
#[cfg(unix)]
fn become_home(mut home: Command) -> std::io::Result<ExitCode> {
    use std::os::unix::process::CommandExt as _;
    Err(home.exec())
}

/// Ctrl-C reaches every process of a console here; we only wait and pass the exit code on.
#[cfg(not(unix))]
fn become_home(mut home: Command) -> std::io::Result<ExitCode> {
    let status = home.status()?;
    let code = status.code().and_then(|code| u8::try_from(code).ok());
    Ok(ExitCode::from(code.unwrap_or(1)))
}

/// Nobody waits minutes for a build to hear that another home is there.
fn try_to_listen(address: &str) -> Result<()> {
    TcpListener::bind(address).map(drop).with_context(|| {
        format!(
            "nothing can listen at {address}, perhaps because a home that you started before runs there; nothing was built. \
             End that one, or choose another address: cargo xtask start -- --listen 127.0.0.1:8441"
        )
    })
}

fn listen<'a>(arguments: &[&'a str]) -> &'a str {
    value_of("--listen", arguments).unwrap_or("127.0.0.1:8440")
}

/// Where people will find a home that was started with these arguments.
fn address(arguments: &[&str]) -> String {
    if let Some(url) = value_of("--url", arguments) {
        return url.trim_end_matches('/').to_owned();
    }
    // Browsers accept passkeys for the name, not for the number.
    format!(
        "http://{}",
        listen(arguments).replace("127.0.0.1:", "localhost:")
    )
}

fn value_of<'a>(option: &str, arguments: &[&'a str]) -> Option<&'a str> {
    let mut arguments = arguments.iter();
    while let Some(argument) = arguments.next() {
        if let Some(rest) = argument.strip_prefix(option) {
            return match rest.strip_prefix('=') {
                Some(value) => Some(value),
                None if rest.is_empty() => arguments.next().copied(),
                None => continue,
            };
        }
    }
    None
}

/// A path as a shell reads it back.
fn quoted(path: &Path) -> String {
    let path = path.display().to_string();
    let plain = |char: char| char.is_ascii_alphanumeric() || "/._-".contains(char);
    if path.chars().all(plain) {
        path
    } else {
        format!("'{}'", path.replace('\'', r"'\''"))
    }
}

fn introduction(kith: &str, home: &str) -> String {
    format!(
        "\
The home starts at {home}; Ctrl-C ends it.

In a browser Kith is at {home}/app/

How two people meet, each in a terminal of their own:

  Ada
    {kith} --profile ~/kith-ada profile init
    {kith} --profile ~/kith-ada persona new Ada --home {home}
    {kith} --profile ~/kith-ada invite new
  Ben, with the link that Ada was given
    {kith} --profile ~/kith-ben profile init
    {kith} --profile ~/kith-ben persona new Ben --home {home}
    {kith} --profile ~/kith-ben invite accept 'LINK'
    {kith} --profile ~/kith-ben send Ada 'Hello, Ada.'
  Ada
    {kith} --profile ~/kith-ada sync
    {kith} --profile ~/kith-ada show Ben
"
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_address_follows_the_arguments() {
        let check = |arguments: &[&str], expected: &str| assert_eq!(address(arguments), expected);
        check(&[], "http://localhost:8440");
        check(&["--data", "here"], "http://localhost:8440");
        check(&["--listen", "127.0.0.1:9000"], "http://localhost:9000");
        check(&["--listen=0.0.0.0:9000"], "http://0.0.0.0:9000");
        check(&["--url", "https://home.example/"], "https://home.example");
    }

    #[test]
    fn an_address_that_is_taken_is_said_with_a_way_out() {
        let taken = TcpListener::bind("127.0.0.1:0").unwrap();
        let address = taken.local_addr().unwrap().to_string();
        let error = try_to_listen(&address).unwrap_err().to_string();
        assert!(
            error.contains(&address) && error.contains("-- --listen"),
            "{error}"
        );
        drop(taken);
        try_to_listen(&address).unwrap();
    }

    #[test]
    fn the_introduction_names_the_built_binary_and_the_home() {
        let text = introduction("target/release/kith", "http://localhost:9000");
        assert!(text.contains("target/release/kith --profile ~/kith-ada invite new"));
        assert!(text.contains("persona new Ben --home http://localhost:9000"));
        assert!(text.contains("http://localhost:9000/app/\n"));
    }

    #[test]
    fn a_path_with_a_space_is_quoted() {
        assert_eq!(quoted(Path::new("/a/b-c/kith")), "/a/b-c/kith");
        assert_eq!(quoted(Path::new("/a b/it's")), r"'/a b/it'\''s'");
    }
}
