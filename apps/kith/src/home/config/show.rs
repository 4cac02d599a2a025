//! `kith home config`: what is in force, and where each value comes from.

use super::{Given, InForce, Source, in_force, unknown_variables};
use crate::home::error::HomeCommandError;
use crate::output::Output;
use clap::ArgMatches;
use serde_json::{Value, json};

/// Prints one line for each setting.
///
/// # Errors
/// [`HomeCommandError`] if the configuration cannot be used: the same as when a home is started
/// with it.
pub(in crate::home) fn show(
    given: &Given,
    matches: &ArgMatches,
    output: Output<'_>,
) -> Result<(), HomeCommandError> {
    for variable in unknown_variables(matches) {
        output.note(format_args!(
            "{variable} in the environment is no setting and has no effect."
        ));
    }
    for (key, InForce { value, source }) in in_force(given, matches)? {
        let (from, whence) = match &source {
            Source::Flag => ("flag", format!("--{}", key.replace('.', "-"))),
            Source::Environment => {
                let variable = key.replace(['.', '-'], "_").to_uppercase();
                ("environment", format!("{}{variable}", super::PREFIX))
            }
            Source::File(path) => ("file", path.display().to_string()),
            Source::Default => ("default", "default".to_owned()),
        };
        let mut line = json!({ "key": key, "value": value, "from": from });
        if let (Source::File(path), Value::Object(line)) = (&source, &mut line) {
            line.insert("file".to_owned(), path.to_string_lossy().into());
        }
        let shown = match &value {
            Value::Null => "(not set)".to_owned(),
            value => value.to_string(),
        };
        output
            .result(&line, format_args!("{key} = {shown}  # {whence}"))
            .map_err(|source| HomeCommandError::System {
                what: "standard output",
                source,
            })?;
    }
    Ok(())
}
