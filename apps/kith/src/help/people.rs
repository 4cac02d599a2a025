//! The pages of profiles, backups, names, invitations, contacts and conversations.

use super::Page;

pub(super) const PAGES: &[Page] = &[
    Page {
        command: "profile",
        text: "\
A profile is a folder on your machine with all that is yours. Several commands
may use one at the same time; two copies of one never, for then conversations
stop.",
        examples: "\
kith profile init
kith --profile /media/stick/ada profile info",
    },
    Page {
        command: "profile init",
        text: "\
Makes the folder and an empty profile in it. At a terminal you are asked for a
passphrase; press Enter to go without one, and whoever reads the disk then
reads the profile. One that is given seals it: without it nobody opens it, you
neither, and nobody can help. A profile that is there already stays as it is.",
        examples: "\
kith profile init
kith --profile ada profile init --passphrase-file ~/words",
    },
    Page {
        command: "profile info",
        text: "\
Says where it is, whether it is sealed, how many names and conversations are in
it, and how much waits for a home. Asks no home and changes nothing.",
        examples: "kith profile info",
    },
    Page {
        command: "profile check",
        text: "\
Reads all of it and says what is damaged, a line each. Nothing is changed. If
anything is wrong, copy the folder as it is before anything else, and look at
the disk. No other command may use the profile meanwhile.",
        examples: "kith profile check",
    },
    Page {
        command: "profile passphrase",
        text: "\
Sets a passphrase, puts another in its place, or takes it off. All that is in
the profile is written anew under the new one; if that is cut off, the old one
holds. Copies from before, and what the disk keeps of deleted files, open as
they did. No other command may use the profile meanwhile.",
        examples: "\
kith profile passphrase
kith profile passphrase --new-file ~/words
kith profile passphrase --remove",
    },
    Page {
        command: "profile hide",
        text: "\
From then on the passphrase decides which of the two profiles every command
opens. It hides names from somebody who looks over your shoulder, and not from
somebody who examines the disk: docs/hidden.md says what is to be seen.

Nobody can tell without it whether another passphrase opens something in this
folder already. If so, that is lost for good, with its names and keys; say by
--replace that it may be. What the given passphrase opens stays as it is.",
        examples: "\
kith profile hide --replace
kith profile hide --replace --passphrase-file ~/words --new-file ~/other",
    },
    Page {
        command: "backup",
        text: "\
The first backup makes 24 words and shows them once; write them on paper. They
open every backup of this profile, and without them nobody opens one. Each
backup is read back before it counts, and the last three are kept. Files that
were sent or came are not in it: save those that you want to keep.

Whoever has the folder and the words is you, for everybody.",
        examples: "kith backup --out /media/stick/kith",
    },
    Page {
        command: "recovery",
        text: "\
What is left of a profile whose machine broke: the folder that kith backup
wrote, and the 24 words on your paper.",
        examples: "kith recovery restore /media/stick/kith",
    },
    Page {
        command: "recovery phrase",
        text: "\
Shows the 24 words again, as long as you have the profile. They cannot be
changed. Whoever sees them opens every backup that they get hold of.",
        examples: "kith recovery phrase",
    },
    Page {
        command: "recovery restore",
        text: "\
Takes the newest backup that is whole and says from when it is. A profile that
is there already is never written over. The new one is a new device: each
conversation goes on once the other has been online and let it in, and what you
write until then is kept. What was said after the backup is not in it, and
neither is whom you blocked after it. Do not go on with the old profile.",
        examples: "\
kith recovery restore /media/stick/kith
kith --profile new recovery restore /media/stick/kith --phrase-file words",
    },
    Page {
        command: "persona",
        text: "\
Others see you under a name. Each has keys of its own and its own place at a
home, and nothing that is sent says that two of them are yours. Where a command
is typed, and in what it prints for scripts, such a name is called a persona.",
        examples: "kith persona new Ada --home https://example.org",
    },
    Page {
        command: "persona new",
        text: "\
Without --home the name is on this device alone: good for notes to yourself,
and for accepting an invitation, which brings a place at a home along. If the
home does not answer, the name is kept and joins later (exit code 4); if the
address was mistyped, kith persona join NAME --home URL corrects it. If the home
refuses, nothing is kept.",
        examples: "\
kith persona new Ada --home https://example.org
kith persona new Ada --home https://example.org --invitation \"$TEXT\"
kith persona new Robin",
    },
    Page {
        command: "persona join",
        text: "\
Gives a name that is on this device alone a place at a home, so that it can
invite others. A home that was asked before and has never answered is given up
for it, and the invitations that waited go out from the new one: so a mistyped
address is corrected. One that has answered stays; see kith persona leave. A
name that a home keeps gets no second one: make another name there.",
        examples: "kith persona join Robin --home https://example.org",
    },
    Page {
        command: "persona leave",
        text: "\
Gives up a home that has not confirmed yet that it keeps the name, and does not
come back. A link that you made there carries its address, so it will never
work: make a new one. A home that keeps the name cannot be left, since others
reach you there. If the home has made a place for the name after all, it is told
to erase it when it is next reached.",
        examples: "kith persona leave Robin --home https://example.org",
    },
    Page {
        command: "persona list",
        text: "\
Each with its id and the home that keeps it, in the order in which they were
made. Asks no home.",
        examples: "kith persona list",
    },
    Page {
        command: "invite",
        text: "\
Two people meet by a link. Whoever has a link can answer it, so give it by a
way that others do not read, and take back what was not used.",
        examples: "\
kith invite new --label \"for Ben\"
kith invite accept \"$LINK\"",
    },
    Page {
        command: "invite new",
        text: "\
Prints the link. Whoever accepts it needs no home of their own. If your home
does not answer, the invitation is kept, and its link is there once the home
was reached: kith invite list.",
        examples: "\
kith invite new --label \"for Ben\"
kith invite new --persona Ada --uses 3 --expires 2h",
    },
    Page {
        command: "invite list",
        text: "\
Each with its label, its link, until when it is good, and what became of it:
queued, ready, used, expired or revoked. Asks no home.",
        examples: "kith invite list",
    },
    Page {
        command: "invite revoke",
        text: "\
From now on it is of no use to anybody. Those who came by it before stay.",
        examples: "kith invite revoke \"for Ben\"",
    },
    Page {
        command: "invite accept",
        text: "\
You can write at once; the other need not be there. Compare the safety number
that is printed with them by another way. A link that was used up, has run out
or was taken back is refused, and nothing is kept.",
        examples: "\
kith invite accept \"$LINK\"
kith invite accept \"$LINK\" --persona Ben",
    },
    Page {
        command: "contact",
        text: "\
A contact is somebody you know under one of your names.",
        examples: "kith contact list",
    },
    Page {
        command: "contact list",
        text: "\
Each with the safety number of you two. It is the same on both sides if nobody
stands in between. Asks no home.",
        examples: "kith contact list",
    },
    Page {
        command: "contact verify",
        text: "\
At a terminal the number is shown and you are asked. Without one it is taken as
compared, because whoever writes the script says so. If the numbers differ,
write nothing to each other there; tell the other by another way.",
        examples: "kith contact verify Ben",
    },
    Page {
        command: "contact block",
        text: "\
Holds at once, without a network, under all your names and those you make
later. Neither they nor a home are told. What they say from now on is never
shown, not later either; what you had written and had not left stays here.
What was said before stays, so that you can show it to somebody who helps you.",
        examples: "kith contact block Ben",
    },
    Page {
        command: "contact unblock",
        text: "\
You hear of each other again from now on. What they said meanwhile stays
hidden. They are not told. What you had kept back does not go out by itself:
say it anew, or take it back with kith retract.",
        examples: "kith contact unblock Ben",
    },
    Page {
        command: "conversation",
        text: "\
A conversation with somebody begins when an invitation is accepted; one with
yourself begins here.",
        examples: "kith conversation list",
    },
    Page {
        command: "conversation list",
        text: "\
Says of each whether something in it is new, whether you blocked the other, and
whether it cannot go on, and why. Asks no home.",
        examples: "kith conversation list",
    },
    Page {
        command: "conversation new",
        text: "\
A conversation with yourself stays on this device; no home ever gets it.",
        examples: "kith conversation new --kind self --title Notes",
    },
];
