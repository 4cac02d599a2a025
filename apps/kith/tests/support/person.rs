//! Somebody with a profile, who types commands.

use serde_json::Value;
use std::ffi::OsStr;
use std::path::{Path, PathBuf};
use std::process::Command;
use tempfile::TempDir;

use super::home::Home;
use super::kith;
use super::said::{Running, Said};

pub struct Person {
    folder: TempDir,
    environment: Vec<(String, String)>,
}

impl Person {
    /// With an empty place for a profile.
    pub fn blank() -> Self {
        Self {
            folder: tempfile::tempdir().unwrap(),
            environment: Vec::new(),
        }
    }

    /// With a profile, without any name.
    pub fn fresh() -> Self {
        let person = Self::blank();
        person.run(&["profile", "init"]).ok();
        person
    }

    /// With a profile and a name on this device alone.
    pub fn local(name: &str) -> Self {
        let person = Self::fresh();
        person.run(&["persona", "new", name]).ok();
        person
    }

    /// With a profile and a name at a home.
    pub fn at(home: &Home, name: &str) -> Self {
        let person = Self::fresh();
        person
            .run(&["persona", "new", name, "--home", &home.url])
            .ok();
        person
    }

    /// With a name on this device alone, and more to be shown in `Notes` than goes into a pipe at once.
    pub fn with_long_notes() -> Self {
        let person = Self::local("Ada");
        let new = ["conversation", "new", "--kind", "self", "--title", "Notes"];
        person.run(&new).ok();
        let lines = format!("{}\n", "long ".repeat(10_000)).repeat(20);
        person
            .run_with(&["send", "Notes", "-", "--lines"], lines.as_bytes())
            .ok();
        person
    }

    /// Where the profile is.
    pub fn profile(&self) -> PathBuf {
        self.folder.path().join("profile")
    }

    /// A folder for other files.
    pub fn folder(&self) -> &Path {
        self.folder.path()
    }

    /// From now on, every command is told this by its environment.
    pub fn set_environment(&mut self, environment: &[(String, String)]) {
        self.environment = environment.to_vec();
    }

    /// The program on this profile, with JSON.
    pub fn command<S: AsRef<OsStr>>(&self, arguments: &[S]) -> Command {
        let mut command = kith();
        command.arg("--json").arg("--profile").arg(self.profile());
        command.args(arguments);
        command.envs(self.environment.iter().map(|(name, value)| (name, value)));
        command
    }

    /// Runs a command to its end.
    pub fn run<S: AsRef<OsStr>>(&self, arguments: &[S]) -> Said {
        self.run_with(arguments, b"")
    }

    /// Runs a command to its end, with this on its standard input.
    pub fn run_with<S: AsRef<OsStr>>(&self, arguments: &[S], input: &[u8]) -> Said {
        self.start(arguments, input).said()
    }

    /// Starts a command.
    pub fn start<S: AsRef<OsStr>>(&self, arguments: &[S], input: &[u8]) -> Running {
        Running::start(self.command(arguments), input)
    }

    /// Runs a command as people do, without JSON.
    pub fn plain(&self, arguments: &[&str]) -> Said {
        let mut command = kith();
        command.arg("--profile").arg(self.profile()).args(arguments);
        Running::start(command, b"").said()
    }

    /// A link, and the id of its invitation.
    pub fn invite(&self, arguments: &[&str]) -> (String, String) {
        let said = self.run(&[&["invite", "new"], arguments].concat()).ok();
        (said.text("link"), said.text("invite"))
    }

    /// Accepts a link.
    pub fn accept(&self, link: &str) -> Said {
        self.run(&["invite", "accept", link])
    }

    /// Exchanges what waits, for at least a second without news.
    pub fn sync(&self) -> Said {
        self.run(&["sync", "--wait", "1"])
    }

    /// All that was said in a conversation, as lines.
    #[track_caller]
    pub fn shown(&self, conversation: &str) -> Vec<Value> {
        let limit = u32::MAX.to_string();
        self.run(&["show", conversation, "--limit", &limit])
            .ok()
            .lines()
    }

    /// The texts of all that was said in a conversation.
    #[track_caller]
    pub fn texts(&self, conversation: &str) -> Vec<String> {
        let text = |line: &Value| line["text"].as_str().unwrap().to_owned();
        self.shown(conversation).iter().map(text).collect()
    }

    /// What a list command lists.
    #[track_caller]
    pub fn list(&self, what: &str) -> Vec<Value> {
        self.run(&[what, "list"]).ok().lines()
    }
}

/// A home, Ada who lives there and Ben who has accepted her link; both know each other.
pub fn acquainted() -> (Home, Person, Person) {
    let home = Home::open();
    let (ada, ben) = acquainted_at(&home);
    (home, ada, ben)
}

/// Ada and Ben, who know each other, at a home.
pub fn acquainted_at(home: &Home) -> (Person, Person) {
    let (ada, ben) = (Person::at(home, "Ada"), Person::local("Ben"));
    acquaint(&ada, &ben);
    (ada, ben)
}

/// Lets two people meet of whom the first has a home.
pub fn acquaint(ada: &Person, ben: &Person) {
    let (link, _) = ada.invite(&[]);
    ben.accept(&link).ok();
    ada.sync().ok();
}
