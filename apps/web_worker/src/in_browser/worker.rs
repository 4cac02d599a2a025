//! The worker: what happens, one thing after the other, and which tab does what is asked.
//!
//! A worker has the profile, or works through the one that has it, or nobody has it. Whoever has it holds the lock; the
//! others wait in its queue and go on where it was when it is gone.

use futures_channel::mpsc::{UnboundedReceiver, UnboundedSender};
use futures_util::StreamExt as _;
use std::collections::BTreeMap;
use view::question;
use view::{Ask, FromWorker, Keeping, News, Opening, Profile, Refused, Secret, Standing, Tab};
use wasm_bindgen_futures::spawn_local;
use web_sys::File;
use zeroize::Zeroizing;

use super::browser::sleep;
use super::channel::Channel;
use super::clock::Alarm;
use super::happening::Happening;
use super::holding::Holding;
use super::lock::{self, Asked, Held, Queue};
use super::page::Page;
use super::profile;
use crate::answers::{self, Answered, said};
use crate::confirming::Confirming;
use crate::once;
use crate::relay::{Asker, Holder, Relay, TabId, Wire};
use crate::sentences;

mod closed;

/// So long, in milliseconds, a tab that has the profile may take to say so.
const SILENCE_MS: i32 = 5_000;

/// Where the profile is.
enum Place {
    /// Nobody has it.
    Nobody(Profile),
    /// Another has it, and has not said so yet.
    Waiting(Option<Queue>),
    /// Another has it.
    Other(Holder, Option<Queue>),
    /// This one has it.
    Here(Holding),
}

/// Everything of the worker.
pub struct Worker {
    tab: TabId,
    page: Page,
    channel: Option<Channel>,
    happenings: UnboundedSender<Happening>,
    alarm: Alarm,
    place: Place,
    relay: Relay,
    confirming: Confirming,
    /// What stands beside questions that wait, by their ids.
    files: BTreeMap<u32, File>,
}

impl Worker {
    /// Looks at how things stand.
    pub async fn start(page: Page, happenings: UnboundedSender<Happening>) -> Self {
        let to = happenings.clone();
        let channel = Channel::join(move |said, file| {
            drop(to.unbounded_send(Happening::Heard(said, file)));
        });
        let to = happenings.clone();
        let alarm = Alarm::new(move || drop(to.unbounded_send(Happening::Due)));
        let number = profile::fresh::<8>().map_or([0; 8], |bytes| *bytes);
        let mut worker = Self {
            tab: TabId(u64::from_le_bytes(number)),
            page,
            channel,
            happenings,
            alarm,
            place: Place::Nobody(Profile::Missing),
            relay: Relay::default(),
            confirming: Confirming::default(),
            files: BTreeMap::new(),
        };
        match lock::take_if_free().await {
            Asked::Held(held) => worker.begin(held).await,
            Asked::Taken => worker.wait(),
            // Where there are no locks there is no storage either, which is looked at here.
            Asked::Refused => worker.place = Place::Nobody(profile::look().await),
        }
        worker
    }

    /// Does what happens, for as long as there is a page.
    pub async fn run(mut self, mut happenings: UnboundedReceiver<Happening>) {
        self.page.ready();
        self.after();
        while let Some(happening) = happenings.next().await {
            self.handle(happening).await;
            self.after();
        }
    }

    async fn handle(&mut self, happening: Happening) {
        match happening {
            Happening::Asked(id, ask, file) => {
                self.files.extend(file.map(|file| (id, file)));
                self.asked(id, ask).await;
            }
            Happening::Unread => self.page.trouble(view::MessageError.to_string()),
            Happening::Heard(said, file) => self.heard(said, file).await,
            Happening::Turn(held) => self.turn(held).await,
            Happening::Silence => self.silence().await,
            Happening::Came => {
                if let Place::Here(holding) = &mut self.place {
                    if holding.running.is_busy() {
                        // What else has come is taken along.
                        sleep(0).await;
                    }
                    holding.running.take_in();
                }
            }
            Happening::Due => {
                if let Place::Here(holding) = &mut self.place {
                    holding.running.take_in();
                }
            }
            Happening::Answered(asker, answered) => self.answer_to(asker, answered),
            Happening::Told(news) => self.tell(news),
            Happening::Lost(item, place) => {
                if let Place::Here(holding) = &mut self.place {
                    holding.running.forget_sealed(item, place);
                }
            }
            Happening::Online => {
                if let Place::Here(holding) = &mut self.place {
                    holding.running.reconnect();
                }
            }
        }
    }

    /// Tells what is new, and sets the alarm.
    fn after(&mut self) {
        let Place::Here(holding) = &mut self.place else {
            return;
        };
        let news = holding.news();
        let next_ms = holding.running.next_ms();
        self.alarm.set(next_ms);
        for one in news {
            self.tell(one);
        }
    }

    /// News for all tabs.
    fn tell(&self, news: News) {
        self.say(&Wire::News(self.tab, news.clone()));
        self.page.send(&FromWorker::News(news));
    }

    fn say(&self, said: &Wire) {
        self.say_with(said, None);
    }

    fn say_with(&self, said: &Wire, file: Option<&File>) {
        if let Some(channel) = &self.channel {
            channel.say(said, file);
        }
    }

    fn answer(&self, id: u32, answered: Answered) {
        self.page.send(&FromWorker::Answered(id, answered.bytes));
    }

    /// The page asks.
    async fn asked(&mut self, id: u32, ask: Ask) {
        if let Some(answered) = self.confirmed(&ask).await {
            return self.answer(id, answered);
        }
        match (&mut self.place, &ask) {
            (Place::Waiting(_), _) => drop(self.relay.asked(id, ask)),
            // A secret goes no further than it must.
            (Place::Other(..), Ask::Make(_) | Ask::Open(_)) => {
                self.answer(id, answers::no(sentences::open()));
            }
            (Place::Other(..), _) => {
                if let Some((to, number, ask)) = self.relay.asked(id, ask) {
                    self.pass_on(to, number, ask);
                }
            }
            (Place::Here(_), _) => {
                let file = self.files.remove(&id);
                self.answer_here(Asker::Page(id), &ask, file).await;
            }
            (Place::Nobody(_), _) => self.answer_closed(id, &ask).await,
        }
    }

    /// What is answered here, whoever has the profile: whether the page may see what is shown to who opens it once more.
    async fn confirmed(&mut self, ask: &Ask) -> Option<Answered> {
        let (keeping, key) = match &self.place {
            Place::Here(here) => (&here.keeping, here.key.as_ref().map(|key| key.as_slice())),
            Place::Other(other, _) => (&other.keeping, other.key.as_ref().map(Secret::as_bytes)),
            Place::Nobody(_) | Place::Waiting(_) => {
                self.confirming.conceal();
                return Confirming::is_about(ask).then(|| answers::no(sentences::closed()));
            }
        };
        match ask {
            Ask::Confirm(q) => {
                let right = profile::confirms(&q.opening, key).await;
                self.confirming.confirm(right.is_ok());
                Some(said(q, right))
            }
            Ask::Conceal(q) => {
                self.confirming.conceal();
                Some(said(q, Ok(())))
            }
            ask if self.confirming.lets(ask, keeping) => None,
            _ => Some(answers::no(sentences::confirm())),
        }
    }

    fn pass_on(&mut self, to: TabId, id: u32, ask: Ask) {
        let from = self.tab;
        let of = self.relay.page_id(id);
        // It may be asked once more of another.
        let file = of.and_then(|id| self.files.get(&id).cloned());
        self.say_with(&Wire::Asked { to, from, id, ask }, file.as_ref());
    }

    async fn hold(&mut self, held: Held, opened: profile::Opened) -> Result<(), Refused> {
        let holding = Holding::begin(held, opened, self.happenings.clone()).await?;
        self.place = Place::Here(holding);
        self.say_here();
        self.page.send(&FromWorker::News(News::Standing));
        Ok(())
    }

    fn say_here(&self) {
        if let Place::Here(holding) = &self.place {
            let key = holding.key.as_ref();
            self.say(&Wire::Here(Holder {
                tab: self.tab,
                keeping: holding.keeping.clone(),
                key: key.map(|key| Secret::new(key.to_vec())),
            }));
        }
    }

    /// This worker has the lock and nobody left word: a plain profile opens by itself.
    async fn begin(&mut self, held: Held) {
        let profile = profile::look().await;
        if profile == Profile::Closed(Keeping::Plain) {
            match profile::open(&Opening::Plain).await {
                Ok(opened) => {
                    if let Err(refused) = self.hold(held, opened).await {
                        self.place = Place::Nobody(Profile::NoStorage(refused.sentence));
                    }
                    return;
                }
                Err(refused) => {
                    self.place = Place::Nobody(Profile::NoStorage(refused.sentence));
                    return;
                }
            }
        }
        self.place = Place::Nobody(profile);
    }

    /// Somebody else has the lock: waits for it, and asks who it is.
    fn wait(&mut self) {
        self.place = Place::Waiting(self.queue());
        self.say(&Wire::Came);
        let to = self.happenings.clone();
        spawn_local(async move {
            sleep(SILENCE_MS).await;
            drop(to.unbounded_send(Happening::Silence));
        });
    }

    fn queue(&self) -> Option<Queue> {
        let to = self.happenings.clone();
        lock::queue(move |held| drop(to.unbounded_send(Happening::Turn(held))))
    }

    /// The lock is here: whoever had it is gone, or has let go of it.
    async fn turn(&mut self, held: Held) {
        let holder = match &self.place {
            Place::Waiting(_) => None,
            Place::Other(holder, _) => Some(holder.clone()),
            // It was closed for all meanwhile.
            Place::Nobody(_) | Place::Here(_) => return,
        };
        let left = self.relay.end();
        match holder {
            None => self.begin(held).await,
            Some(holder) => {
                let key = holder.key.as_ref().map(|key| {
                    let mut bytes = Zeroizing::new([0; 32]);
                    if let Some(key) = key.as_bytes().first_chunk::<32>() {
                        bytes.copy_from_slice(key);
                    }
                    bytes
                });
                let opened = profile::open_with(key, holder.keeping).await;
                let begun = match opened {
                    Ok(opened) => self.hold(held, opened).await,
                    Err(refused) => Err(refused),
                };
                if let Err(refused) = begun {
                    self.place = Place::Nobody(profile::look().await);
                    self.page.trouble(refused.sentence);
                }
            }
        }
        self.page.send(&FromWorker::News(News::Standing));
        for (number, id, ask) in left.sent {
            match self.place {
                Place::Here(_) => {
                    let file = self.files.remove(&id);
                    self.answer_here(Asker::Before(id, number), &ask, file)
                        .await;
                }
                _ => self.answer(id, answers::no(sentences::vanished())),
            }
        }
        for (id, ask) in left.unsent {
            Box::pin(self.asked(id, ask)).await;
        }
    }

    /// Nobody answers who has the profile.
    async fn silence(&mut self) {
        if !matches!(self.place, Place::Waiting(_)) {
            return;
        }
        for (id, ask) in self.relay.end().unsent {
            let answered = match &ask {
                Ask::Stand(q) => said(
                    q,
                    Ok(Standing {
                        profile: Profile::NoStorage(sentences::silent().sentence),
                        tab: Tab::Other,
                        persisted: None,
                        needs_backup: false,
                    }),
                ),
                _ => answers::no(sentences::silent()),
            };
            self.answer(id, answered);
        }
        let to = self.happenings.clone();
        spawn_local(async move {
            sleep(SILENCE_MS).await;
            drop(to.unbounded_send(Happening::Silence));
        });
    }

    /// Another tab says something.
    async fn heard(&mut self, said: Wire, file: Option<File>) {
        match said {
            Wire::Came => self.say_here(),
            Wire::Here(holder) => self.holder_is(holder).await,
            Wire::Asked { to, from, id, ask } => {
                if to == self.tab && matches!(self.place, Place::Here(_)) {
                    self.answer_here(Asker::Tab(from, id), &ask, file).await;
                }
            }
            Wire::Answered { to, id, bytes } => {
                let asked = (to == self.tab).then(|| self.relay.answered(id)).flatten();
                if let Some(id) = asked {
                    self.files.remove(&id);
                    self.page.send(&FromWorker::Answered(id, bytes));
                }
            }
            Wire::News(from, news) => {
                if self.relay.is_holder(from) {
                    self.page.send(&FromWorker::News(news));
                }
            }
            Wire::Closed(tab) => {
                if self.relay.is_holder(tab)
                    && let Place::Other(holder, _) = &self.place
                {
                    self.place = Place::Nobody(Profile::Closed(holder.keeping.clone()));
                    // Whatever it had done it had answered before.
                    for (_, id, _) in self.relay.end().sent {
                        self.answer(id, answers::no(sentences::closed()));
                    }
                    self.page.send(&FromWorker::News(News::Standing));
                }
            }
        }
    }

    async fn holder_is(&mut self, holder: Holder) {
        let is_known = self.relay.is_holder(holder.tab);
        let queue = match &mut self.place {
            Place::Here(_) => return,
            Place::Nobody(_) => self.queue(),
            Place::Waiting(queue) | Place::Other(_, queue) => queue.take(),
        };
        let due = self.relay.holder_is(holder.tab);
        self.place = Place::Other(holder, queue);
        for id in due.secret {
            self.answer(id, answers::no(sentences::open()));
        }
        for (to, id, ask) in due.pass_on {
            self.pass_on(to, id, ask);
        }
        if !is_known {
            self.page.send(&FromWorker::News(News::Standing));
        }
    }

    /// Answers with the profile that is here.
    async fn answer_here(&mut self, asker: Asker, ask: &Ask, file: Option<File>) {
        let Place::Here(holding) = &mut self.place else {
            return;
        };
        if holding.running.begin(asker, ask, file) {
            return;
        }
        let answered = match ask {
            Ask::Make(_) | Ask::Open(_) => answers::no(sentences::open()),
            Ask::Close(q) => {
                let answered = said::<question::Close>(q, Ok(()));
                self.close().await;
                answered
            }
            Ask::Stand(q) => said(q, holding.standing(asker.tab())),
            Ask::Persisted(q) => said(q, holding.persisted(q.granted).await),
            Ask::BackUp(q) => said(q, holding.back_up()),
            Ask::BackedUp(q) => said(q, holding.backed_up().await),
            ask => {
                let answered = match asker.key(self.tab) {
                    None => answers::answer(&mut holding.running, ask),
                    Some(key) => once::answer(&mut holding.running, &key, ask),
                };
                answered.unwrap_or_else(|| answers::no(sentences::closed()))
            }
        };
        self.answer_to(asker, answered);
    }

    fn answer_to(&self, asker: Asker, answered: Answered) {
        let Answered { bytes, news, .. } = answered;
        match asker {
            Asker::Page(id) | Asker::Before(id, _) => {
                self.page.send(&FromWorker::Answered(id, bytes))
            }
            Asker::Tab(to, id) => self.say(&Wire::Answered { to, id, bytes }),
        }
        for one in news {
            self.tell(one);
        }
    }

    /// Closes the profile in all tabs.
    async fn close(&mut self) {
        let Place::Here(holding) = &mut self.place else {
            return;
        };
        let closed = Profile::Closed(holding.keeping.clone());
        let place = std::mem::replace(&mut self.place, Place::Nobody(closed));
        self.say(&Wire::Closed(self.tab));
        if let Place::Here(holding) = place {
            lock::let_go(holding.end()).await;
        }
        self.page.send(&FromWorker::News(News::Standing));
    }
}
