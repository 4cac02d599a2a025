//! An inbox, its owner, and those who hold a capability.

use super::{DONE, World, body};
use ed25519_dalek::SigningKey;
use home_core::ConnectionId;
use home_core::inbox_store::InboxStore;
use protocol::frame::{Request, Response};
use protocol::id::{DeviceLabel, InboxId, TokenHash, UseId};
use protocol::proof;
use protocol::request::{self, Admission};
use protocol::response::{Fetched, Items};
use protocol::secret::{CapabilitySecret, HomeInvitationSecret, Token};

pub const INBOX: InboxId = InboxId::new([9; 16]);
pub const OWNER: [u8; 32] = [55; 32];
pub const DEVICE: DeviceLabel = DeviceLabel::new([3; 16]);
pub const CAPABILITY: u8 = 77;

pub fn device(of: u8) -> DeviceLabel {
    DeviceLabel::new([of; 16])
}

pub fn secret(of: u8) -> CapabilitySecret {
    CapabilitySecret::new([of; 32])
}

pub fn token_hash(of: u8) -> TokenHash {
    Token::new([of; 32]).hash()
}

pub fn create_request(inbox: InboxId, owner: [u8; 32], admission: Admission) -> Request {
    Request::CreateInbox(request::CreateInbox {
        inbox,
        owner: proof::owner_key(&owner),
        admission,
    })
}

pub fn publish_request(of: DeviceLabel, key_packages: &[u64]) -> request::Publish {
    request::Publish {
        inbox: INBOX,
        device: of,
        device_list: Some(vec![1; 100]),
        key_packages: key_packages.iter().map(|of| body(*of).into()).collect(),
        last_resort: None,
    }
}

/// A capability of [`INBOX`] with these uses that never expires and pays nothing.
pub fn capability(of: u8, uses: Option<u32>) -> request::GrantCapability {
    request::GrantCapability {
        inbox: INBOX,
        capability: secret(of).hash(),
        uses,
        expires: None,
        pays: false,
        label: None,
    }
}

pub fn fetch_request(of: u8, use_id: u8) -> request::Fetch {
    request::Fetch {
        inbox: INBOX,
        capability: secret(of),
        use_id: UseId::new([use_id; 16]),
        log_token: None,
        inbox_token: None,
    }
}

pub fn knock_request(of: u8, use_id: u8, item: Vec<u8>) -> Request {
    Request::Knock(request::Knock {
        inbox: INBOX,
        capability: secret(of),
        use_id: UseId::new([use_id; 16]),
        item,
    })
}

impl World {
    pub fn own(&mut self, by: ConnectionId, inbox: InboxId, owner: [u8; 32]) -> Response {
        let message = proof::owner_message(&self.key, &self.nonce(by), &inbox);
        let key = SigningKey::from_bytes(&owner);
        let request = Request::Own(request::Own {
            inbox,
            key: proof::owner_key(&owner),
            signature: proof::sign(&key, &message),
        });
        self.ask(by, &request)
    }

    /// A connection that owns a fresh inbox without devices.
    pub fn owner(&mut self) -> ConnectionId {
        let connection = self.connect();
        let request = create_request(INBOX, OWNER, Admission::Open);
        assert_eq!(self.ask(connection, &request), DONE);
        assert_eq!(self.own(connection, INBOX, OWNER), DONE);
        connection
    }

    /// As [`Self::owner`], with one device that published these KeyPackages, and a capability with
    /// two uses.
    pub fn reachable(&mut self, key_packages: &[u64]) -> ConnectionId {
        let owner = self.owner();
        self.publish(owner, publish_request(DEVICE, key_packages));
        let granted = self.ask(
            owner,
            &Request::GrantCapability(capability(CAPABILITY, Some(2))),
        );
        assert_eq!(granted, DONE);
        owner
    }

    pub fn publish(&mut self, by: ConnectionId, request: request::Publish) -> u64 {
        match self.ask(by, &Request::Publish(request)) {
            Response::Published(published) => published.remaining,
            other => panic!("not published: {other:?}"),
        }
    }

    pub fn fetch(&mut self, by: ConnectionId, use_id: u8) -> Fetched {
        match self.ask(by, &Request::Fetch(fetch_request(CAPABILITY, use_id))) {
            Response::Fetched(fetched) => fetched,
            other => panic!("not fetched: {other:?}"),
        }
    }

    pub fn listen(&mut self, by: ConnectionId, of: DeviceLabel, after: u64) -> Items {
        let request = Request::Listen(request::Listen {
            inbox: INBOX,
            device: of,
            after,
        });
        match self.ask(by, &request) {
            Response::Items(items) => items,
            other => panic!("no items: {other:?}"),
        }
    }

    pub fn acknowledge(&mut self, by: ConnectionId, of: DeviceLabel, numbers: &[u64]) -> Response {
        let request = Request::Acknowledge(request::Acknowledge {
            inbox: INBOX,
            device: of,
            numbers: numbers.to_vec(),
        });
        self.ask(by, &request)
    }

    /// Makes a home invitation as the operator does, beside the running home.
    pub fn invite(&mut self, of: u8, uses: u32, expires: Option<u64>) -> HomeInvitationSecret {
        self.home.flush().unwrap();
        let secret = HomeInvitationSecret::new([of; 20]);
        let mut inboxes =
            home_store::HomeFolder::inboxes_beside_a_home(self.folder.path()).unwrap();
        inboxes
            .add_invitation(&secret.hash(), uses, expires)
            .unwrap();
        inboxes.commit().unwrap();
        secret
    }
}
