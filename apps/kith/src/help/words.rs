//! The pages of what is said, shown, found and exchanged, and of what helps at the command line.

use super::Page;

pub(super) const PAGES: &[Page] = &[
    Page {
        command: "send",
        text: "\
What you say is kept here first and then at the home, where it waits for the
other. If the home does not answer, it goes out later (exit code 4): do not
send it again. The text is sent exactly as it is, and nobody but the other can
open it; one of which nothing can be seen is not sent.

With --lines each line is a text of its own and has a result line, blank ones
too. What ends a line, on whichever system it was written, is no part of it,
and the last one needs no end.

A file goes as it is, with the place and time that a photo may hold. With --alt
you say what it shows, for whoever does not see it. What is held for its time
can be changed and taken back without a trace, and leaves when a command runs
after that time.",
        examples: "\
kith send Ben \"Good evening, Ben.\"
kith send Ben \"I read it.\" --reply 2sx4kd --note \"sad news\"
kith send Ben \"Look at this.\" --attach sea.jpg --alt \"A blue sea.\"
kith send Ben \"Can we talk?\" --tomorrow
printf 'one\\ntwo\\n' | kith send Ben - --lines",
    },
    Page {
        command: "edit",
        text: "\
Only what you said yourself can be changed. Both of you see that it was
changed; the first text is kept in both profiles.",
        examples: "kith edit 2sx4kd \"See you on Tuesday.\"",
    },
    Page {
        command: "retract",
        text: "\
The words and the files are gone from both screens at once and are erased after
30 days; that something was said stays. Files are erased at the home at once.
It cannot reach into a memory, a photo of a screen, or an altered program. What
has not left yet leaves no trace.",
        examples: "kith retract 2sx4kd",
    },
    Page {
        command: "react",
        text: "\
A sign is one emoji of your choice, with its colour and whatever belongs to it,
or one other symbol, such as ✓. Letters and words are none: answer with kith
send --reply. Signs are counted up nowhere.",
        examples: "\
kith react 2sx4kd 🌱
kith react 2sx4kd 🌱 --remove",
    },
    Page {
        command: "show",
        text: "\
Shows what is on this device, oldest first, and asks no home: kith sync fetches
what is new. What is not stored at the home yet stands last. Showing marks as
read here, for you; nobody hears of it.

With --follow it goes on with what comes until Ctrl-C, and shows an item again
when something about it changes.",
        examples: "\
kith show Ben
kith show Ben --limit 500
kith show Ben --follow --lock-after 10m
kith --json show Ben --since 120",
    },
    Page {
        command: "versions",
        text: "\
Shows each version of a text, the first one first, with when it was written.
Both of you can look at them; of what was taken back nothing is shown. Nobody
hears that you looked.",
        examples: "kith versions 2sx4kd",
    },
    Page {
        command: "save",
        text: "\
Fetches what is not here yet, checks that it is the very file that was sent,
gives it a name that does no harm, and writes over nothing. Look before you
open it: a file can do harm, whoever sent it. What was saved is not sealed.",
        examples: "\
kith save 2sx4kd --out from-ben
kith save 2sx4kd --file 2",
    },
    Page {
        command: "search",
        text: "\
All words must be there, in any order; the beginning of a word is enough, and
capital letters and accents make no difference, in any script. It looks on this
device alone: no home learns what you look for. What was taken back is not
found. Nothing is marked as read.",
        examples: "\
kith search \"read lines\"
kith search cafe Ben --limit 5",
    },
    Page {
        command: "sync",
        text: "\
Sends what waits and fetches what is there, at once, until nothing waits and
nothing came for some seconds. What is held for its time is not waited for. If
a home is not reached, it ends with exit code 4 and keeps what waits.",
        examples: "\
kith sync
kith --json sync --wait 1",
    },
    Page {
        command: "doctor",
        text: "\
A line for each thing that was looked at; beside what is wrong stands what you
can do. Nothing is changed. What it prints names your homes and conversations
that cannot go on, and nothing that was said: look it through before you give
it to somebody.",
        examples: "kith doctor",
    },
    Page {
        command: "completions",
        text: "\
Prints a script for your shell, which then completes commands and options.",
        examples: "\
kith completions bash > kith.bash
kith completions zsh > _kith",
    },
    Page {
        command: "man",
        text: "\
Without --out the page of kith itself is printed. With it every command gets a
file of its own, kith.1, kith-send.1 and so on; files of these names in the
folder are written over.",
        examples: "\
kith man > kith.1
kith man --out man1",
    },
];
