//! What the page knows at the moment, and where it comes from.

use leptos::ev;
use leptos::prelude::{
    Effect, Get as _, GetUntracked as _, GetValue as _, LocalStorage, ReadValue as _, RwSignal,
    Set as _, SetValue as _, StoredValue, Update as _, With as _, WithUntracked as _,
    WithValue as _, document, window_event_listener,
};
use leptos::task::spawn_local;
use std::collections::BTreeMap;
use view::question::{
    BackUp, Contacts, Conversations, Invitations, Online, Persisted, Personas, Stand,
};
use view::{
    Contact, Conversation, ConversationId, Given, InvitationId, Keeping, News, Persona, Profile,
    Question, Refused, Standing, Trouble,
};
use zeroize::Zeroizing;

use super::browser::{self, Kept};
use super::engine::{Engine, Heard};
use super::files::Files;
use super::refresh::Refresh;
use super::spoken;
use super::words::{self, Sentence};
use crate::route::{self, Route};

/// Something to say to the person until it is over or understood.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Notice {
    /// The home that it is about.
    pub host: Option<String>,
    /// The sentence.
    pub text: Sentence,
    /// Whether something may be wrong, and not only slow.
    pub grave: bool,
    /// Whether it stays until it is understood, wherever one goes.
    pub lasting: bool,
}

/// The backup that is being made: its file was given, its words are shown.
#[derive(Clone, PartialEq, Eq)]
pub struct Saved {
    /// The words, if they are shown this time.
    pub phrase: Option<Zeroizing<String>>,
}

/// Everything that several screens know. Copies are the same one.
#[derive(Clone, Copy)]
pub struct App {
    engine: StoredValue<Option<Engine>, LocalStorage>,
    /// How the profile stands; none before the worker said so.
    pub standing: RwSignal<Option<Standing>>,
    /// The own names; none before they were read.
    pub personas: RwSignal<Option<Vec<Persona>>>,
    /// Everybody known.
    pub contacts: RwSignal<Vec<Contact>>,
    /// All conversations; none before they were read.
    pub conversations: RwSignal<Option<Vec<Conversation>>>,
    /// Invitations that were given.
    pub invitations: RwSignal<Vec<Given>>,
    /// The one that was made last.
    pub inviting: RwSignal<Option<InvitationId>>,
    /// The conversation of which there are news, and how many there were: a new value each time.
    pub changed: RwSignal<Option<(ConversationId, u64)>>,
    /// How often there were news of what is kept alone.
    pub alone: RwSignal<u32>,
    /// An invitation's link that waits for an answer.
    pub link: RwSignal<Option<String>>,
    /// What was pasted, until it is read as one.
    pub pasted: RwSignal<String>,
    /// Whether it was put off: it waits among the people.
    pub link_later: RwSignal<bool>,
    /// The place.
    pub route: RwSignal<Route>,
    /// What there is to say.
    pub notices: RwSignal<Vec<Notice>>,
    /// Whether the worker failed too often.
    pub stopped: RwSignal<bool>,
    /// Whether there is no network.
    pub offline: RwSignal<bool>,
    /// What is being written, by conversation.
    pub drafts: StoredValue<BTreeMap<ConversationId, String>>,
    /// Files, those that go along and those that come.
    pub files: Files,
    /// Whether a backup was asked for and put off.
    pub backup_later: RwSignal<bool>,
    /// The backup that was just made.
    pub saved: RwSignal<Option<Saved>>,
    /// How often a worker began while the profile was open: whatever is shown is read anew then.
    pub begun: RwSignal<u32>,
    begins: StoredValue<bool>,
    asking_standing: Refresh,
    asking_lists: Refresh,
    asking_invitations: Refresh,
}

impl App {
    /// Starts the worker and listens to it and to the browser.
    pub fn start() -> Self {
        let app = Self {
            engine: StoredValue::new_local(None),
            standing: RwSignal::new(None),
            personas: RwSignal::new(None),
            contacts: RwSignal::new(Vec::new()),
            conversations: RwSignal::new(None),
            invitations: RwSignal::new(Vec::new()),
            inviting: RwSignal::new(None),
            changed: RwSignal::new(None),
            alone: RwSignal::new(0),
            link: RwSignal::new(browser::kept(Kept::Invitation)),
            pasted: RwSignal::new(String::new()),
            link_later: RwSignal::new(browser::kept(Kept::InvitationLater).is_some()),
            route: RwSignal::new(Route::People),
            notices: RwSignal::new(Vec::new()),
            stopped: RwSignal::new(false),
            offline: RwSignal::new(!browser::is_online()),
            drafts: StoredValue::new(BTreeMap::new()),
            files: Files::new(),
            backup_later: RwSignal::new(browser::kept(Kept::BackupLater) == Some(browser::day())),
            saved: RwSignal::new(None),
            begun: RwSignal::new(0),
            begins: StoredValue::new(false),
            asking_standing: Refresh::new(),
            asking_lists: Refresh::new(),
            asking_invitations: Refresh::new(),
        };
        document().set_title(words::KITH);
        spoken::begin();
        app.read_address();
        Effect::new(move |_| {
            app.link
                .with(|link| browser::keep(Kept::Invitation, link.as_deref()));
        });
        Effect::new(move |_| {
            let later = app.link_later.get().then_some("");
            browser::keep(Kept::InvitationLater, later);
        });
        app.listen();
        let engine = Engine::start(browser::worker_url(), move |heard| app.hear(heard));
        app.engine.set_value(Some(engine));
        app
    }

    /// Asks the worker.
    ///
    /// # Errors
    /// What it refuses.
    pub async fn ask<Q: Question>(self, question: Q) -> Result<Q::Answer, Refused> {
        let engine = self.engine.read_value().clone();
        let Some(engine) = engine else {
            let sentence = words::meanwhile::unanswered().to_string();
            return Err(Refused::new(view::Kind::Retry, sentence));
        };
        engine.ask(question).await
    }

    /// Asks the worker about a file that goes over beside the question.
    ///
    /// # Errors
    /// What it refuses.
    pub async fn ask_with<Q: Question>(
        self,
        question: Q,
        file: &web_sys::File,
    ) -> Result<Q::Answer, Refused> {
        let engine = self.engine.read_value().clone();
        let Some(engine) = engine else {
            let sentence = words::meanwhile::unanswered().to_string();
            return Err(Refused::new(view::Kind::Retry, sentence));
        };
        engine.ask_with(question, file).await
    }

    fn listen(self) {
        // They live as long as the page.
        let _ = window_event_listener(ev::hashchange, move |_| self.read_address());
        let _ = window_event_listener(ev::offline, move |_| self.offline.set(true));
        let _ = window_event_listener(ev::online, move |_| {
            self.offline.set(false);
            spawn_local(async move {
                // It is a hint: without it the worker tries a little later.
                let _ = self.ask(Online {}).await;
            });
        });
    }

    /// An invitation is read once, and then is no more in the address, nor where "back" leads; until it is answered, this tab
    /// keeps it. The browser's own history of visits has it all the same.
    fn read_address(self) {
        let fragment = browser::fragment();
        if let Some(payload) = route::payload(&fragment) {
            self.look_at(route::link(&browser::origin(), payload));
            browser::replace(&Route::People.fragment());
        }
        let route = Route::parse(&browser::fragment());
        if self.route.get_untracked() != route {
            // What was said of what one did there is over; homes say themselves when they are back.
            self.notices
                .update(|notices| notices.retain(|one| one.lasting || one.host.is_some()));
            self.route.set(route);
        }
    }

    /// Shows an invitation.
    pub fn look_at(self, link: String) {
        self.link_later.set(false);
        self.link.set(Some(link));
    }

    /// No invitation waits any more.
    pub fn drop_link(self) {
        self.link_later.set(false);
        self.link.set(None);
    }

    /// No backup is asked for in this tab until tomorrow.
    pub fn put_backup_off(self) {
        browser::keep(Kept::BackupLater, Some(&browser::day()));
        self.backup_later.set(true);
    }

    /// Goes to a place.
    pub fn go(self, route: &Route) {
        browser::go(&route.fragment());
    }

    fn hear(self, heard: Heard) {
        match heard {
            Heard::News(news) => self.hear_news(news),
            Heard::Failed => self.say(None, words::meanwhile::restarted(), true),
            Heard::GaveUp => self.stopped.set(true),
        }
    }

    fn hear_news(self, news: News) {
        match news {
            News::Ready => {
                self.begins.set_value(true);
                self.read_standing();
            }
            News::Standing => self.read_standing(),
            News::Lists | News::Accepted(_) => self.read_lists(),
            News::Alone => self.alone.update(|alone| *alone = alone.wrapping_add(1)),
            News::Items(conversation, _) => self.changed.update(|changed| {
                let count = changed.map_or(0, |(_, count)| count);
                *changed = Some((conversation, count.wrapping_add(1)));
            }),
            // What is written is in this page.
            News::Drafts(_) => {}
            News::Carried(..) | News::FileFailed(..) | News::Sealing(..) => self.files.hear(news),
            News::Invitation(_) | News::Invitations => self.read_invitations(),
            News::NotAccepted(conversation, sentence) => spawn_local(async move {
                self.lists().await;
                self.leave_if_gone(conversation);
                self.say(None, sentence, true);
            }),
            News::Trouble(trouble) => match trouble {
                Trouble::Unreachable(host, sentence) => self.say(Some(host), sentence, false),
                Trouble::Distrusted(host, sentence) => self.say(Some(host), sentence, true),
                Trouble::Storage(sentence) => self.say(None, sentence, true),
                Trouble::CameBack(sentence) => self.say_until_understood(sentence),
                Trouble::Other(sentence) => self.say(None, sentence, false),
            },
            News::Reached(host) => self.notices.update(|notices| {
                notices.retain(|notice| notice.host.as_ref() != Some(&host));
            }),
        }
    }

    /// Says something; of a home the newest only.
    pub fn say(self, host: Option<String>, text: impl Into<Sentence>, grave: bool) {
        self.note(Notice {
            host,
            text: text.into(),
            grave,
            lasting: false,
        });
    }

    /// Says something that stays until it is understood.
    fn say_until_understood(self, text: impl Into<Sentence>) {
        self.note(Notice {
            host: None,
            text: text.into(),
            grave: true,
            lasting: true,
        });
    }

    fn note(self, new: Notice) {
        self.notices.update(|notices| {
            notices
                .retain(|one| one.text != new.text && (new.host.is_none() || one.host != new.host));
            notices.push(new);
        });
    }

    /// Whether a conversation is there, as far as was read.
    pub fn has(self, conversation: ConversationId) -> bool {
        self.conversations.with_untracked(|all| {
            let all = all.as_deref().unwrap_or_default();
            all.iter().any(|one| one.id == conversation)
        })
    }

    /// Nobody is left in front of a conversation that came to nothing, but where something is half written.
    fn leave_if_gone(self, conversation: ConversationId) {
        let here = Route::Conversation(conversation.to_string());
        let is_written = self
            .drafts
            .with_value(|drafts| drafts.contains_key(&conversation));
        if self.has(conversation) || is_written || self.route.get_untracked() != here {
            return;
        }
        browser::replace(&Route::People.fragment());
        self.route.set(Route::People);
    }

    /// Reads how the profile stands, and what is in it if it is open.
    pub fn read_standing(self) {
        self.asking_standing.run(move || async move {
            let Ok(standing) = self.ask(Stand {}).await else {
                return;
            };
            let open = matches!(standing.profile, Profile::Open(_));
            if !open {
                self.forget();
            }
            let before = self.standing.get_untracked();
            let is_locked = before.is_some_and(|before| is_locked(&before, &standing));
            self.standing.set(Some(standing));
            if is_locked {
                self.renew();
            }
            if open && (self.begins.get_value() || self.personas.get_untracked().is_none()) {
                self.begins.set_value(false);
                self.begun.update(|begun| *begun = begun.wrapping_add(1));
                self.read_lists();
                self.read_invitations();
            }
        });
    }

    /// Nothing of a locked profile is left in memory where a worker had it open.
    fn renew(self) {
        let engine = self.engine.read_value().clone();
        if let Some(engine) = engine {
            engine.renew();
        }
    }

    /// What was read of an open profile is not kept by a page that shows a closed one.
    fn forget(self) {
        self.personas.set(None);
        self.conversations.set(None);
        self.contacts.set(Vec::new());
        self.invitations.set(Vec::new());
        self.inviting.set(None);
        self.saved.set(None);
        self.files.forget();
    }

    /// Reads names, people and conversations.
    pub fn read_lists(self) {
        self.asking_lists.run(move || self.lists());
    }

    /// The same, to wait for.
    pub async fn lists(self) {
        // A closed profile has none; whatever else is refused is refused to who asks for more, too.
        if let Ok(contacts) = self.ask(Contacts {}).await {
            self.contacts.set(contacts);
        }
        if let Ok(conversations) = self.ask(Conversations {}).await {
            self.conversations.set(Some(conversations));
        }
        if let Ok(personas) = self.ask(Personas {}).await {
            self.personas.set(Some(personas));
        }
    }

    /// Reads the invitations.
    pub fn read_invitations(self) {
        self.asking_invitations.run(move || async move {
            if let Ok(invitations) = self.ask(Invitations {}).await {
                self.invitations.set(invitations);
            }
        });
    }

    /// Asks the browser to keep its storage, and tells the worker what it said.
    pub fn ask_to_persist(self) {
        spawn_local(async move {
            let granted = browser::persist().await.unwrap_or(false);
            // News of the standing follow; if they do not, nothing is said to be promised.
            let _ = self.ask(Persisted { granted }).await;
            self.read_standing();
        });
    }

    /// Makes a backup, gives its file to the browser, and goes to where its words are shown.
    ///
    /// # Errors
    /// A sentence.
    pub async fn back_up(self) -> Result<(), Sentence> {
        let backup = self.ask(BackUp {}).await?;
        browser::save(&backup.name, &backup.zip).map_err(|_| words::backup::not_saved())?;
        let phrase = backup
            .phrase
            .as_ref()
            .map(|phrase| Zeroizing::new(String::from_utf8_lossy(phrase.as_bytes()).into_owned()));
        self.saved.set(Some(Saved { phrase }));
        self.go(&Route::Backup);
        Ok(())
    }
}

/// Whether a sealed profile that was open is closed.
fn is_locked(before: &Standing, now: &Standing) -> bool {
    let was_open = matches!(&before.profile, Profile::Open(kept) if *kept != Keeping::Plain);
    was_open && matches!(now.profile, Profile::Closed(_))
}
