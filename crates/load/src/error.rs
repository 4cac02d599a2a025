//! Why a measurement could not be made. Nothing is measured half: the first error ends it.

use std::time::Duration;

/// Why there is no figure.
#[derive(Debug, thiserror::Error)]
pub enum LoadError {
    /// The server's program cannot be started.
    #[error("{program} cannot be started: {source}; is it installed?")]
    Start {
        /// The program.
        program: String,
        /// What the system said.
        source: std::io::Error,
    },
    /// The server ended or does not listen.
    #[error("{program} does not listen after {waited:?}; it said: {said}")]
    NoServer {
        /// The program.
        program: String,
        /// How long it was waited for.
        waited: Duration,
        /// The end of its output.
        said: String,
    },
    /// The system refuses a file, a connection or a figure.
    #[error("{what}: {source}")]
    System {
        /// What was asked for.
        what: &'static str,
        /// What the system said.
        source: std::io::Error,
    },
    /// The server answers something else than the load expects.
    #[error("{what}: the server answered {answer}")]
    Answer {
        /// What was asked.
        what: &'static str,
        /// What came.
        answer: String,
    },
    /// The server is behind after a load, so the next one would begin on what is left of it.
    #[error("{backlog} messages had not arrived long after the load")]
    Behind {
        /// How many.
        backlog: u64,
    },
    /// Messages came to nothing, or connections broke or were closed.
    #[error("{failed} failures under the load; the first: {first}")]
    Failed {
        /// How many.
        failed: u64,
        /// What was first.
        first: String,
    },
    /// Connections that were to be idle are not open any more.
    #[error("{closed} of {count} idle connections were closed; the first: {first}")]
    IdleClosed {
        /// How many.
        closed: usize,
        /// How many there were.
        count: usize,
        /// Why the first of them was.
        first: String,
    },
}

impl LoadError {
    /// An answer that was not expected.
    pub fn answer(what: &'static str, answer: impl std::fmt::Debug) -> Self {
        Self::Answer {
            what,
            answer: format!("{answer:?}").chars().take(300).collect(),
        }
    }

    /// Says what the system was asked for.
    pub fn system(what: &'static str) -> impl FnOnce(std::io::Error) -> Self {
        move |source| Self::System { what, source }
    }
}
