//! What `cargo xtask bench` was asked for.

use std::path::PathBuf;

/// What was asked for.
#[derive(Debug, Clone, PartialEq)]
pub struct Asked {
    /// How often everything is measured.
    pub reps: u32,
    /// Seconds of each load.
    pub secs: f64,
    /// The names of what is measured; empty: everything.
    pub only: Vec<String>,
    /// A folder on the disk that is to be measured.
    pub disk: Option<PathBuf>,
    /// A folder in memory.
    pub memory: Option<PathBuf>,
    /// Whether the runs that take long are made too.
    pub long: bool,
    /// Make the table of this file of raw figures and measure nothing.
    pub table: Option<PathBuf>,
}

impl Asked {
    /// Reads the arguments; none if they are not as they should be.
    pub fn read(arguments: &[&str]) -> Option<Self> {
        let mut asked = Self {
            reps: 5,
            secs: 6.0,
            only: Vec::new(),
            disk: None,
            memory: None,
            long: false,
            table: None,
        };
        let mut rest = arguments.iter();
        while let Some(option) = rest.next() {
            if *option == "--long" {
                asked.long = true;
                continue;
            }
            let value = rest.next()?;
            match *option {
                "--reps" => asked.reps = value.parse().ok().filter(|reps| *reps > 0)?,
                "--secs" => {
                    asked.secs = value
                        .parse()
                        .ok()
                        .filter(|secs| (0.1..3600.0).contains(secs))?;
                }
                "--only" => asked.only = value.split(',').map(str::to_owned).collect(),
                "--disk" => asked.disk = Some(value.into()),
                "--memory" => asked.memory = Some(value.into()),
                "--table" => asked.table = Some(value.into()),
                _ => return None,
            }
        }
        Some(asked)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn everything_is_measured_five_times_unless_something_else_is_asked_for() {
        let asked = Asked::read(&[]).unwrap();
        assert_eq!((asked.reps, asked.secs, asked.long), (5, 6.0, false));
        let asked = Asked::read(&["--only", "kith,nats", "--long", "--reps", "2"]).unwrap();
        assert_eq!(asked.only, ["kith", "nats"]);
        assert_eq!((asked.reps, asked.long), (2, true));
    }

    #[test]
    fn what_is_asked_for_wrongly_is_not_begun() {
        for wrong in [
            &["--reps", "0"][..],
            &["--reps"],
            &["--secs", "0"],
            &["--loud", "1"],
            &["kith"],
        ] {
            assert_eq!(Asked::read(wrong), None, "{wrong:?}");
        }
    }
}
