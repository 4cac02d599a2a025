//! The client's decisions, sans-IO: what is said, sent, received and believed.
//!
//! A driver pushes inputs into [`Engine::handle`] and pulls [`Effect`]s and [`Event`]s out; people's
//! acts are methods of [`Engine`]. Each input and each act is one transaction of the store; nothing
//! leaves before it is durable. Time and randomness are arguments; maps are ordered; so one seed and
//! one sequence of inputs give one sequence of effects.
//!
//! A message's way out: [`compose`](compose) → [`outbox`](outbox) → [`pump`](pump) → the driver.
//! Files go beside it: [`files`](files) → [`uploads`](uploads) → the driver, and
//! [`downloads`](downloads) back.
//! Its way in: the driver → [`inbound`](inbound) → [`receive`](receive) (entries) or
//! [`commits`](commits) (children) or [`knocks`](knocks) (inbox items) → the store →
//! [`timeline`](timeline).

mod accept;
mod acts;
mod adding;
mod advice;
mod alone;
mod backing_up;
mod block;
mod chosen;
mod circles;
mod commits;
mod compose;
mod connections;
mod contact_items;
mod downloads;
mod drafts;
mod effect;
mod engine;
mod error;
mod files;
mod first_contact;
mod founding;
mod founding_circle;
mod held;
mod homes;
mod inbound;
mod inbox_work;
mod invitations;
mod knocks;
mod leases;
mod logs;
mod members;
mod once;
mod outbox;
mod own;
mod own_commits;
mod personas;
#[cfg(feature = "planted-bugs")]
pub mod planted;
mod pump;
mod receive;
mod refused_contact;
mod rejoining;
mod repairs;
mod restore;
mod session;
mod signals;
mod timeline;
mod transfer;
mod uploads;
mod versions;
mod view;
mod window;

pub use advice::{Advice, Step};
pub use alone::{
    LetterView, LetterWords, MappedPersonView, MappedPersonWords, PracticeLine, PracticeStep, Ring,
    WayBackCard,
};
pub use backing_up::ZippedBackup;
pub use compose::Draft;
pub use drafts::{MAX_DRAFT_BYTES, Writing};
pub use effect::{ConnectionId, Effect, Event, FileFailure, Input, Lane, Now};
pub use engine::Engine;
pub use error::{CoreError, Kind};
pub use files::{Attachment, Secrets};
pub use restore::{BegunAnew, begin_anew};
pub use transfer::{Answered, Bearer, Errand, Next, Outcome, Transfer, TransferId};
pub use view::{
    ContactView, ConversationView, DraftView, FileView, GivenUp, InvitationView, ItemState,
    ItemView, MemberView, PersonaView, REPLACED, TAKEN_OUT, UnconfirmedHome, VersionView, Waiting,
    WindowView,
};
pub use window::At;

pub use client_store::StoreError;
pub use client_store::conversation::ConversationKind;
pub use client_store::file::{FileRoot, FileState};
pub use client_store::id::{
    CapabilityId, ContactId, ConversationId, DraftId, ItemId, LetterId, MappedPersonId, PersonaId,
};
pub use client_store::item::ItemKind;
