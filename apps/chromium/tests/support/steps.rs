//! What people do again and again.

use super::home::Home;
use super::person::{KEPT_AT, Person};
use super::{accessible, wait_for};

pub const PASSPHRASE: &str = "lamp river seven boats";

/// How a browser keeps what is written.
#[derive(Debug, Clone, Copy)]
pub enum Kept {
    Openly,
    Passphrase,
    Passkey,
}

impl Person {
    /// From the first page of the app to its name.
    #[track_caller]
    pub fn begin(&self, kept: Kept) {
        self.heading("How should this browser keep what you write?");
        match kept {
            Kept::Openly => self.choose("Openly"),
            Kept::Passkey => self.choose("With a passkey"),
            Kept::Passphrase => {
                self.choose("With a passphrase");
                self.fill("Passphrase", PASSPHRASE);
                self.fill("Passphrase again", PASSPHRASE);
            }
        }
        self.press("Begin");
        self.heading("What are you called here?");
        let name = self.name().to_owned();
        self.fill("Your name", &name);
        self.press("Go on");
    }

    /// Begins at the app's own address, up to the list of people.
    #[track_caller]
    pub fn settle(&self, home: &Home, kept: Kept) {
        self.visit(&home.app_url());
        self.begin(kept);
        self.heading("People");
    }

    /// A link for one person.
    #[track_caller]
    pub fn invite(&self) -> String {
        self.press("Invite somebody");
        self.value("Link")
    }

    /// Follows a link for the first time, up to the conversation.
    #[track_caller]
    pub fn follow(&self, link: &str, inviter: &str, kept: Kept) {
        self.visit(link);
        self.press_role("link", "Open in Kith");
        self.begin(kept);
        self.heading(&format!("{inviter} invites you"));
        self.press("Accept");
        self.heading(inviter);
    }

    /// Accepts a link that came by another way, up to the conversation.
    #[track_caller]
    pub fn accept(&self, link: &str, inviter: &str) {
        self.look_at(link);
        self.heading(&format!("{inviter} invites you"));
        self.press("Accept");
        self.heading(inviter);
    }

    /// Puts a link in the place for links.
    #[track_caller]
    pub fn look_at(&self, link: &str) {
        self.fill("Invitation link", link);
        self.press("Look at it");
    }

    /// Goes back to the list.
    #[track_caller]
    pub fn to_people(&self) {
        wait_for(&format!("{}'s list of people", self.name()), || {
            if self.sees("heading", "People") {
                return Some(());
            }
            let links = accessible::parts(self.browser(), "link");
            let back = links.into_iter().find(|link| link.name == "People")?;
            let _ = accessible::press(self.browser(), &back);
            None
        });
    }

    /// Opens a conversation from the list.
    #[track_caller]
    pub fn open(&self, title: &str) {
        let is_it = |name: &str| name.starts_with(title);
        wait_for(&format!("{} to open {title}", self.name()), || {
            let links = accessible::parts(self.browser(), "link");
            let link = links.into_iter().find(|link| is_it(&link.name))?;
            accessible::press(self.browser(), &link).ok()
        });
        self.heading(title);
    }

    /// Writes something, until the page took it or says why not; not for what comes of it.
    #[track_caller]
    pub fn write(&self, text: &str) {
        self.fill("Write", text);
        let mut looked = 0;
        wait_for(&format!("{} to be rid of {text:?}", self.name()), || {
            // What moved away under the pointer is pressed again; what is under way is not begun twice.
            if looked % 25 == 0 {
                self.press("Send");
            }
            looked += 1;
            let fields = accessible::parts(self.browser(), "textbox");
            let field = fields.into_iter().find(|field| field.name == "Write")?;
            let alerts = accessible::parts(self.browser(), "alert");
            (field.value.is_empty() || !alerts.is_empty()).then_some(())
        });
    }

    /// Writes something, until it is kept.
    #[track_caller]
    pub fn says(&self, text: &str) {
        self.write(text);
        self.item(text, KEPT_AT);
    }

    /// The digits of the safety number of the open conversation.
    #[track_caller]
    pub fn safety(&self) -> String {
        self.press("Safety number");
        self.part("button", "We compared it", |part| {
            part.name == "We compared it"
        });
        let digits = wait_for("the safety number", || twelve_groups(&self.text()));
        self.press("We compared it");
        digits
    }

    /// Opens a profile that is sealed under the passphrase.
    #[track_caller]
    pub fn unlock(&self) {
        self.fill("Passphrase", PASSPHRASE);
        self.press("Open");
    }
}

/// Twelve groups of five digits, blanks between them, wherever they stand in a text.
pub fn twelve_groups(text: &str) -> Option<String> {
    let words: Vec<&str> = text.split_whitespace().collect();
    let is_group = |word: &&str| word.len() == 5 && word.bytes().all(|byte| byte.is_ascii_digit());
    let found = words
        .windows(12)
        .find(|window| window.iter().all(is_group))?;
    Some(found.join(" "))
}

/// Ada, who settled at the home, and Ben, who followed her link there; both have the conversation open.
pub fn acquainted(home: &Home) -> (Person, Person) {
    let ada = Person::new("Ada", home);
    ada.settle(home, Kept::Openly);
    let link = ada.invite();
    let ben = Person::new("Ben", home);
    ben.follow(&link, "Ada", Kept::Openly);
    ada.to_people();
    ada.open("Ben");
    (ada, ben)
}
