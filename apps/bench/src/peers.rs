//! Which peers there are.

use crate::description::Description;
use crate::ejabberd::Archive;
use crate::matrix::Matrix;
use crate::nats::{Nats, Syncing};
use crate::relay::Relay;
use crate::xmpp::{Server, Xmpp};
use crate::{ejabberd, nats, prosody, synapse};
use clap::ValueEnum;
use load::{LoadError, Suite, measure};
use serde_json::Value;

/// Idle connections that Synapse is asked for at most: it takes seconds for a hundred accounts.
const IDLE_AT_SYNAPSE: usize = 100;

/// A peer by name.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum PeerName {
    /// WebSocket, SQLite and group commit, without authorisation.
    Relay,
    /// Prosody, archive in SQLite.
    Prosody,
    /// Prosody, archive in files.
    ProsodyInternal,
    /// ejabberd, archive in SQLite.
    Ejabberd,
    /// ejabberd, archive in Mnesia.
    EjabberdMnesia,
    /// NATS JetStream as it comes.
    Nats,
    /// NATS JetStream, synced before each acknowledgement.
    NatsSync,
    /// Synapse, SQLite.
    Synapse,
}

impl PeerName {
    pub(crate) fn describe(self) -> Description {
        match self {
            Self::Relay => Description {
                version: Some("of this tree".to_owned()),
                install: "",
                kept: "SQLite, WAL, synchronous=FULL; one transaction for all that waits, synced before delivery",
            },
            Self::Prosody => prosody::describe(prosody::Archive::Sqlite),
            Self::ProsodyInternal => prosody::describe(prosody::Archive::Files),
            Self::Ejabberd => ejabberd::describe(Archive::Sqlite),
            Self::EjabberdMnesia => ejabberd::describe(Archive::Mnesia),
            Self::Nats => nats::describe(Syncing::Default),
            Self::NatsSync => nats::describe(Syncing::Always),
            Self::Synapse => synapse::describe(),
        }
    }

    pub(crate) async fn measure(self, mut suite: Suite) -> Result<Value, LoadError> {
        match self {
            Self::Relay => measure(&mut Relay::default(), &suite).await,
            Self::Prosody => {
                let server = Server::Prosody(prosody::Archive::Sqlite);
                measure(&mut Xmpp::new(server), &suite).await
            }
            Self::ProsodyInternal => {
                let server = Server::Prosody(prosody::Archive::Files);
                measure(&mut Xmpp::new(server), &suite).await
            }
            Self::Ejabberd => {
                let server = Server::Ejabberd(Archive::Sqlite);
                measure(&mut Xmpp::new(server), &suite).await
            }
            Self::EjabberdMnesia => {
                let server = Server::Ejabberd(Archive::Mnesia);
                measure(&mut Xmpp::new(server), &suite).await
            }
            Self::Nats => measure(&mut Nats::new(Syncing::Default), &suite).await,
            Self::NatsSync => measure(&mut Nats::new(Syncing::Always), &suite).await,
            Self::Synapse => {
                suite.idle = suite.idle.min(IDLE_AT_SYNAPSE);
                measure(&mut Matrix::default(), &suite).await
            }
        }
    }
}
