//! The page of `kith` itself.

use super::Page;

pub(super) const PAGE: Page = Page {
    command: "",
    text: "\
Kith is made for two people who are close to each other and live far apart.
What you write is sealed on your machine, before it leaves, and opened by the
other person alone. On the way it lies at a home, a computer that keeps it
and cannot read it.

All that is yours lies in one folder, the profile: your names, your keys, what
was said. A command without --profile means the one in the platform's data
folder. With --json each result is one line of JSON on standard output.

An error is one sentence on standard error that says what happened, what is
safe, and what you can do. Nothing is asked where nobody sits at a terminal.",
    examples: "\
kith profile init
kith persona new Ada --home https://example.org
kith invite new
kith send Ben \"Good evening, Ben.\"
kith sync
kith show Ben",
};

/// What the exit codes mean, a line each.
pub const EXIT_STATUS: &str = "\
0  done
1  a mistake in Kith
2  the command was not used as it can be, or could mean several things
3  refused, by a home or by what you said before
4  a home does not answer; what was asked is kept, and goes out later
5  what was given does not exist or does not hold
6  the profile is locked: no passphrase, or a wrong one
7  the disk or the profile refuses
After 3, 5, 6 and 7 nothing was kept unless the message says so. After 4 do
not ask again: it would be done twice. Results are printed after 4 as well.";

/// What the environment can say.
pub const ENVIRONMENT: &[(&str, &str)] = &[
    (
        "KITH_PASSPHRASE",
        "the profile's passphrase, where there is no --passphrase-file",
    ),
    (
        "KITH_NEW_PASSPHRASE",
        "the one that is to hold from now on, for kith profile passphrase and hide",
    ),
    (
        "KITH_PHRASE",
        "the 24 words of a backup, for kith recovery restore",
    ),
    (
        "KITH_HOME_*",
        "settings of a home; each stands with its option in kith help home",
    ),
    (
        "RUST_LOG",
        "how much a home writes to standard error: warn, info, debug",
    ),
];

/// Where things lie.
pub const FILES: &[(&str, &str)] = &[
    (
        "~/.local/share/kith/profile",
        "the profile, if no other is named and the system keeps data there",
    ),
    (
        "~/.local/share/kith/home",
        "a home's data, its key, and home.toml, its settings",
    ),
];
