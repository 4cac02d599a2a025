//! The pages of homes and of measuring.

use super::Page;

pub(super) const PAGES: &[Page] = &[
    Page {
        command: "home",
        text: "\
Keeps what people write until the others have it, and cannot read it. It runs
until it is asked to end, and may be killed at any moment: what it confirmed is
safe. Without --open, whoever wants to live there needs a home invitation;
those whom people invite themselves need none.

It listens to this machine alone unless told otherwise. To be reached from
elsewhere it needs --listen, --url and a certificate, which it can get by
itself. Every setting is an option, a variable of the environment, or a line of
home.toml, in this order; kith home config says what is in force.
docs/operating.md leads through all of it.",
        examples: "\
kith home --open
kith home --listen '[::]:443' --url https://example.org --acme-accept-terms",
    },
    Page {
        command: "home invite",
        text: "\
Prints the text that somebody types behind kith persona new NAME --home URL
--invitation. It is made on the home's machine, whether the home runs or not.",
        examples: "\
kith home invite
kith home invite --uses 5 --expires 30d",
    },
    Page {
        command: "home config",
        text: "\
A line for each setting, with its value and whether that comes from an option,
the environment, the file or the defaults.",
        examples: "\
kith home config
kith --json home config --config /etc/kith/home.toml",
    },
    Page {
        command: "home backup",
        text: "\
All that the home confirmed before the copy was done is in it; the bytes of
attachments are not. It has its name only when it is whole. It holds the home's
key: keep it where nobody else reads. What is erased at the home later stays in
it.",
        examples: "kith home backup --out /backup/kith-2026-11-30",
    },
    Page {
        command: "home restore",
        text: "\
The backup is verified first and stays as it is; the home's folder must be
empty or not there yet. People's programs find out that the home came back from
before and say so; what they have themselves is safe. Never run two homes from
one backup.",
        examples: "kith home restore --from /backup/kith-2026-11-30 --data /var/lib/kith/home",
    },
    Page {
        command: "home erase",
        text: "\
Overwrites what the home has of it, and keeps only the id, so that nobody takes
it again. There is no way back. Backups keep what they hold.",
        examples: "kith home erase --inbox 00112233445566778899aabbccddeeff",
    },
    Page {
        command: "home check",
        text: "\
Reads all of it, the bytes of attachments too, and says what is wrong, a line
each. If anything is wrong, copy the folder as it is before anything else.",
        examples: "kith home check --data /var/lib/kith/home",
    },
    Page {
        command: "bench",
        text: "\
For those who work on Kith or choose a machine for a home. Each measurement runs
in a temporary folder of its own and touches no profile and no home of yours.",
        examples: "kith --json bench home",
    },
    Page {
        command: "bench home",
        text: "\
Starts a home and its clients on this machine and says how many messages went
through in a second, how late they were, and what they cost.",
        examples: "kith --json bench home --secs 2 --idle 100 --no-syncs",
    },
    Page {
        command: "bench append",
        text: "\
Says in microseconds what one more entry costs at sizes up to the one that is
asked for.",
        examples: "kith --json bench append --entries 10000",
    },
    Page {
        command: "bench cold-start",
        text: "Says how long it takes until a started home listens and answers.",
        examples: "kith --json bench cold-start --entries 10000",
    },
    Page {
        command: "bench quiet",
        text: "Says whether those who write little wait for those who write much.",
        examples: "kith --json bench quiet --secs 2",
    },
    Page {
        command: "bench latency",
        text: "Sets the time of a message beside that of the disk, below which it cannot be.",
        examples: "kith --json bench latency --secs 2",
    },
    Page {
        command: "bench client",
        text: "\
Says how many texts are sent and taken in each second, and how much memory that
takes.",
        examples: "kith --json bench client --queued 100 --missed 100",
    },
    Page {
        command: "bench store",
        text: "Says how long showing and searching take in a profile of that size.",
        examples: "kith --json bench store --items 10000",
    },
    Page {
        command: "bench blob",
        text: "Says how long a file takes to a home and back, and how long to copy it.",
        examples: "kith --json bench blob --bytes 2000000",
    },
];
