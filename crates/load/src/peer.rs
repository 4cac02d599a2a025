//! What is measured: a server with clients of its own protocol.

use crate::arrivals::Arrivals;
use crate::error::LoadError;
use std::path::Path;
use std::process::Command;

/// How much a peer bears; a slow one is asked for less, or nothing would be learnt of it.
#[derive(Debug, Clone, Copy)]
pub struct Size {
    /// Pairs in the load of many.
    pub pairs: usize,
    /// Messages under way in the load of one pair.
    pub window_of_one: usize,
    /// Messages under way for each of many pairs.
    pub window_of_many: usize,
    /// Messages a second in the low open load.
    pub low_per_s: f64,
    /// Messages a second in the open load.
    pub rate_per_s: f64,
}

impl Default for Size {
    fn default() -> Self {
        Self {
            pairs: 100,
            window_of_one: 64,
            window_of_many: 8,
            low_per_s: 50.0,
            rate_per_s: 200.0,
        }
    }
}

/// The sending half of a pair.
pub trait Sender: Send + 'static {
    /// Sends one message of 300 bytes that bears the stamp.
    fn send(&mut self, sent_ns: u64) -> impl Future<Output = Result<(), LoadError>> + Send;
}

/// An open connection that says nothing. Dropping it closes it.
pub trait Idle: Send {
    /// Why it is not open any more; none: it is. What the server said by itself is read meanwhile.
    fn closed(&mut self) -> Option<String>;
}

/// A server that can be measured.
pub trait Peer {
    /// Its sending clients.
    type Sender: Sender;

    /// Its name in the table.
    fn name(&self) -> &'static str;

    /// How much it bears.
    fn size(&self) -> Size {
        Size::default()
    }

    /// The program that serves on loopback at `port` with its data in `folder`, which exists.
    ///
    /// # Errors
    /// [`LoadError`] if its configuration cannot be written.
    fn command(&self, folder: &Path, port: u16) -> Result<Command, LoadError>;

    /// What must be there before clients come; called once for each start that is measured.
    ///
    /// # Errors
    /// [`LoadError`].
    fn prepare(&mut self, _port: u16) -> impl Future<Output = Result<(), LoadError>> {
        async { Ok(()) }
    }

    /// Two new clients, of which the first sends to the second. Whatever the second receives goes to
    /// `arrivals`.
    ///
    /// # Errors
    /// [`LoadError`].
    fn pair(&mut self, arrivals: Arrivals)
    -> impl Future<Output = Result<Self::Sender, LoadError>>;

    /// A new client that is online and waits.
    ///
    /// # Errors
    /// [`LoadError`].
    fn idle(&mut self) -> impl Future<Output = Result<Box<dyn Idle>, LoadError>>;
}
