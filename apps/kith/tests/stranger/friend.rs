//! Somebody with an inbox at a home, who invites and accepts.

use std::time::Duration;

use ed25519_dalek::SigningKey;
use protocol::frame::{Request, Response};
use protocol::home_invitation;
use protocol::id::{DeviceLabel, InboxId, LogId, OwnerKey, ReadKey, UseId, WriteKey};
use protocol::refusal::HomeError;
use protocol::request::{
    Acknowledge, Admission, Allow, CreateInbox, Fetch, GrantCapability, Knock, Listen, Open,
    Publish,
};
use protocol::response::Fetched;
use protocol::secret::{CapabilitySecret, Token};

use crate::link::Invitation;
use crate::stranger::credential::Claims;
use crate::stranger::inbox::{
    InboxKeys, device_list, fingerprint, open_device_list, open_key_package, read_device_list,
    seal_device_list, seal_item, seal_key_package,
};
use crate::stranger::member::Stranger;
use crate::stranger::place::Place;
use crate::stranger::signed::public;
use crate::stranger::welcome::{ReturnInbox, WelcomeItem, check_sender};
use crate::stranger::{Refused, random};
use crate::thread::{Thread, sha256};
use crate::wire::Connection;

/// An inbox and all its secrets.
pub struct Inbox {
    home: String,
    id: [u8; 16],
    owner: SigningKey,
    keys: InboxKeys,
    seal_key: [u8; 32],
    label: [u8; 16],
    connection: Connection,
}

pub struct Friend {
    pub me: Stranger,
    name: String,
    pub inbox: Option<Inbox>,
    /// Capabilities that were given, and not as a way back.
    given: Vec<[u8; 32]>,
}

/// An honest person with fresh keys.
fn fresh() -> Stranger {
    let key = || SigningKey::from_bytes(&random());
    Stranger::new(key(), key())
}

impl Friend {
    /// Somebody without a home.
    pub fn homeless(name: &str) -> Self {
        Self::be(name, fresh())
    }

    /// Somebody with given keys.
    pub fn be(name: &str, me: Stranger) -> Self {
        Self {
            me,
            name: name.to_owned(),
            inbox: None,
            given: Vec::new(),
        }
    }

    /// Somebody who may be reached at an open home.
    pub async fn at(name: &str, home: &str) -> Self {
        let mut friend = Self::homeless(name);
        friend.settle(home, Admission::Open).await;
        friend
    }

    /// Somebody who was invited to a home.
    pub async fn invited(name: &str, home: &str, invitation: &str) -> Self {
        let secret = home_invitation::from_text(invitation).unwrap();
        let mut friend = Self::homeless(name);
        friend.settle(home, Admission::Invitation(secret)).await;
        friend
    }

    /// Makes an inbox and publishes what others need.
    pub async fn settle(&mut self, home: &str, admission: Admission) {
        let mut connection = Connection::to(home, None).await;
        let (id, owner) = (random::<16>(), SigningKey::from_bytes(&random()));
        let create = Request::CreateInbox(CreateInbox {
            inbox: InboxId::new(id),
            owner: OwnerKey::new(public(&owner)),
            admission,
        });
        connection.done(&create).await;
        connection.done(&create).await;
        connection.own(&id, &owner).await;
        let (seal_key, label) = (random::<32>(), random::<16>());
        let list = device_list(&self.me.persona, &label, &self.me.device);
        let sealed = |key_package: Vec<u8>| seal_key_package(&seal_key, &id, &key_package);
        let key_packages: Vec<_> = (0..3)
            .map(|_| sealed(self.me.key_package()).into())
            .collect();
        let publish = Request::Publish(Publish {
            inbox: InboxId::new(id),
            device: DeviceLabel::new(label),
            device_list: Some(seal_device_list(&seal_key, &id, &list)),
            key_packages,
            last_resort: None,
        });
        let first = connection.ask(&publish).await;
        assert_eq!(connection.ask(&publish).await, first, "the same again");
        assert!(matches!(first, Response::Published(published) if published.remaining == 3));
        self.inbox = Some(Inbox {
            home: home.to_owned(),
            id,
            owner,
            keys: InboxKeys::generate(),
            seal_key,
            label,
            connection,
        });
    }

    /// Grants a capability at one's inbox.
    async fn grants(&mut self, uses: Option<u32>, pays: bool) -> [u8; 32] {
        let inbox = self.inbox.as_mut().unwrap();
        let secret = random::<32>();
        let grant = Request::GrantCapability(GrantCapability {
            inbox: InboxId::new(inbox.id),
            capability: CapabilitySecret::new(secret).hash(),
            uses,
            expires: None,
            pays,
            label: None,
        });
        inbox.connection.done(&grant).await;
        secret
    }

    /// A link for one person.
    pub async fn invites(&mut self) -> String {
        let capability = self.grants(Some(1), true).await;
        self.given.push(capability);
        let inbox = self.inbox.as_ref().unwrap();
        let invitation = Invitation {
            home: inbox.home.clone(),
            home_key: inbox.connection.home_key,
            inbox: inbox.id,
            inbox_key: inbox.keys.public,
            seal_key: inbox.seal_key,
            capability,
            persona: fingerprint(&public(&self.me.persona)),
            name: self.name.clone(),
        };
        let link = invitation.to_link();
        assert_eq!(Invitation::from_link(&link).unwrap(), invitation);
        link
    }

    /// Accepts somebody's link: fetch, found, settle, pay, open, knock.
    pub async fn accepts(&mut self, link: &str) -> Result<Thread, Refused> {
        let invitation = Invitation::from_link(link)?;
        let mut there = Connection::to(&invitation.home, Some(&invitation.home_key)).await;
        let (use_id, log_token, inbox_token) = (random(), random(), random());
        let fetch = Request::Fetch(Fetch {
            inbox: InboxId::new(invitation.inbox),
            capability: CapabilitySecret::new(invitation.capability),
            use_id: UseId::new(use_id),
            log_token: Some(Token::new(log_token).hash()),
            inbox_token: Some(Token::new(inbox_token).hash()),
        });
        let Response::Fetched(fetched) = there.ask(&fetch).await else {
            return Err("the invitation is not taken".into());
        };
        let again = there.ask(&fetch).await;
        assert_eq!(again, Response::Fetched(fetched.clone()), "the same again");
        let key_packages = check_fetched(&invitation, &fetched)?;

        let at_home = self.inbox.is_some();
        if !at_home {
            let paid = Admission::Token(Token::new(inbox_token));
            self.settle(&invitation.home, paid).await;
        }
        let back = self.way_back().await;
        let place = Place {
            home: back.home.clone(),
            home_key: back.home_key,
            log: random(),
            closing_key: public(&SigningKey::from_bytes(&random())),
            conversation: random(),
        };
        let (conversation, welcome) = self.me.found(&place, &key_packages)?;
        if at_home {
            self.allows(&log_token).await;
        }
        let mut logs = Connection::to(&place.home, Some(&place.home_key)).await;
        let keys = conversation.keys();
        let open = Request::Open(Open {
            token: Token::new(log_token),
            log: LogId::new(place.log),
            write_key: WriteKey::new(public(&keys.write)),
            read_key: ReadKey::new(public(&keys.read)),
        });
        logs.done(&open).await;
        logs.done(&open).await;

        let item = self.item(welcome, &place, back, &invitation);
        let knock = Request::Knock(Knock {
            inbox: InboxId::new(invitation.inbox),
            capability: CapabilitySecret::new(invitation.capability),
            use_id: UseId::new(use_id),
            item: seal_item(&invitation.inbox_key, &invitation.inbox, &item),
        });
        there.done(&knock).await;
        there.done(&knock).await;
        let (persona, device) = (&self.me.persona, &self.me.device);
        Ok(Thread::begin(conversation, logs, persona, device))
    }

    fn item(
        &self,
        welcome: Vec<u8>,
        place: &Place,
        back: ReturnInbox,
        invitation: &Invitation,
    ) -> Vec<u8> {
        let head = sha256(&[b"kith/open", &place.log]);
        let item = WelcomeItem {
            welcome,
            home: place.home.clone(),
            home_key: place.home_key,
            log: place.log,
            head,
            seq: 0,
            chain: sha256(&[b"kith/chain", &place.log, &head]),
            back,
            name: self.name.clone(),
            capability: invitation.capability,
        };
        item.sign(&self.me.device)
    }

    async fn way_back(&mut self) -> ReturnInbox {
        let capability = self.grants(None, false).await;
        let inbox = self.inbox.as_ref().unwrap();
        ReturnInbox {
            home: inbox.home.clone(),
            home_key: inbox.connection.home_key,
            inbox: inbox.id,
            inbox_key: inbox.keys.public,
            seal_key: inbox.seal_key,
            capability,
        }
    }

    async fn allows(&mut self, token: &[u8; 32]) {
        let inbox = self.inbox.as_mut().unwrap();
        let allow = Request::Allow(Allow {
            inbox: InboxId::new(inbox.id),
            tokens: vec![Token::new(*token).hash()],
        });
        inbox.connection.done(&allow).await;
    }

    /// Waits until somebody accepted a link, and joins them.
    pub async fn is_answered(&mut self) -> Result<Thread, Refused> {
        let inbox = self.inbox.as_mut().unwrap();
        inbox.connection.own(&inbox.id, &inbox.owner).await;
        let listen = Request::Listen(Listen {
            inbox: InboxId::new(inbox.id),
            device: DeviceLabel::new(inbox.label),
            after: 0,
        });
        for _ in 0..100 {
            let Response::Items(items) = inbox.connection.ask(&listen).await else {
                return Err("the inbox is not heard".into());
            };
            if let Some(item) = items.items.first() {
                let sealed = item.body.clone();
                let acknowledge = Request::Acknowledge(Acknowledge {
                    inbox: InboxId::new(inbox.id),
                    device: DeviceLabel::new(inbox.label),
                    numbers: vec![item.number],
                });
                inbox.connection.done(&acknowledge).await;
                let opened = inbox.keys.open(&inbox.id, &sealed)?;
                return self.joins(&opened).await;
            }
            tokio::time::sleep(Duration::from_millis(100)).await;
        }
        Err("nobody answers".into())
    }

    async fn joins(&mut self, signed: &[u8]) -> Result<Thread, Refused> {
        let item = WelcomeItem::read(signed)?;
        let (conversation, sender) = self.me.join(&item.welcome)?;
        check_sender(signed, &sender.device)?;
        let place = &conversation.place;
        if (&item.home, &item.home_key, &item.log) != (&place.home, &place.home_key, &place.log) {
            return Err("the item contradicts Place".into());
        }
        if !self.given.contains(&item.capability) {
            return Err("nobody was invited so".into());
        }
        let mut personas = conversation.personas()?;
        personas.retain(|persona| *persona != public(&self.me.persona));
        if personas.is_empty() || personas.iter().any(|one| *one != sender.persona) {
            return Err("it is no pair".into());
        }
        let connection = Connection::to(&place.home, Some(&place.home_key)).await;
        let (persona, device) = (&self.me.persona, &self.me.device);
        let thread = Thread::begin(conversation, connection, persona, device);
        if item.head != thread.spot.head || item.seq != 0 {
            return Err("it does not begin at the first head".into());
        }
        Ok(thread)
    }
}

/// Device list and KeyPackages must be of the promised persona, one for each listed device.
fn check_fetched(invitation: &Invitation, fetched: &Fetched) -> Result<Vec<Vec<u8>>, Refused> {
    let (key, inbox) = (&invitation.seal_key, &invitation.inbox);
    let list = open_device_list(key, inbox, &fetched.device_list)?;
    let devices = read_device_list(&list, &invitation.persona)?;
    devices
        .iter()
        .map(|(label, _)| {
            let sealed = fetched
                .key_packages
                .iter()
                .find(|one| one.device.as_bytes() == label)
                .ok_or("a KeyPackage is missing")?;
            open_key_package(key, inbox, &sealed.key_package)
        })
        .collect()
}

/// Whether the home refuses a link as used up.
pub async fn is_used_up(link: &str) -> bool {
    let invitation = Invitation::from_link(link).unwrap();
    let mut there = Connection::to(&invitation.home, Some(&invitation.home_key)).await;
    let fetch = Request::Fetch(Fetch {
        inbox: InboxId::new(invitation.inbox),
        capability: CapabilitySecret::new(invitation.capability),
        use_id: UseId::new(random()),
        log_token: None,
        inbox_token: None,
    });
    let used_up = protocol::refusal::Refusal::CapabilityUsedUp;
    there.ask(&fetch).await == Response::Error(HomeError::Refused { why: used_up })
}

/// Claims of a persona on a device, signed by another.
pub fn forged(victim: &[u8; 32], device: &SigningKey, signer: &SigningKey) -> Vec<u8> {
    let claims = Claims {
        persona: *victim,
        ..Claims::of(signer, device)
    };
    claims.sign(signer)
}
