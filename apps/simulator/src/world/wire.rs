//! One connection: two queues, each in order.

use client_core::ConnectionId;
use protocol::frame::{Request, Response};
use protocol::hash::sha256;
use std::collections::VecDeque;

/// What becomes of a frame on its way from a home to a client: whom it is for, and the frame.
pub type Lie = Box<dyn FnMut(&'static str, &[u8]) -> Vec<Vec<u8>>>;

/// What a home sees of one thing that reaches it, but for the bytes of frames, which are random.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Heard {
    /// Which home.
    pub home: &'static str,
    /// From whom.
    pub client: &'static str,
    /// On which connection.
    pub connection: u64,
    /// The kind of the request; that the connection begins or ends.
    pub what: String,
    /// The length of the frame.
    pub bytes: usize,
}

/// From the client to the home, or back.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Way {
    Up,
    Down,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Packet {
    Begin,
    Frame(Vec<u8>),
    End,
}

impl Packet {
    pub fn is_frame(&self) -> bool {
        matches!(self, Self::Frame(_))
    }

    /// A frame's bytes; something else has none.
    pub fn bytes(&self) -> &[u8] {
        match self {
            Self::Frame(bytes) => bytes,
            Self::Begin | Self::End => &[],
        }
    }

    /// Enough of a hash to see whether two runs said the same.
    fn mark(&self) -> String {
        match self {
            Self::Frame(bytes) => {
                let [a, b, c, ..] = sha256(&[bytes]);
                format!(" {a:02x}{b:02x}{c:02x}")
            }
            Self::Begin | Self::End => String::new(),
        }
    }

    fn describe(&self, way: Way) -> String {
        match (self, way) {
            (Self::Begin, _) => "begins".into(),
            (Self::End, _) => "ends".into(),
            (Self::Frame(bytes), Way::Up) => match Request::from_frame(bytes) {
                Ok((id, request)) => format!("{} #{id}", request.kind()),
                Err(error) => error.to_string(),
            },
            (Self::Frame(bytes), Way::Down) => match Response::from_frame(bytes) {
                Ok((id, Response::Error(error))) => format!("{error:?} #{id}"),
                Ok((id, response)) => format!("{} #{id}", response.kind()),
                Err(error) => error.to_string(),
            },
        }
    }
}

pub struct Wire {
    pub id: u64,
    pub client: &'static str,
    pub connection: ConnectionId,
    pub home: &'static str,
    pub up: VecDeque<Packet>,
    pub down: VecDeque<Packet>,
}

impl Wire {
    pub fn new(
        id: u64,
        client: &'static str,
        connection: ConnectionId,
        home: &'static str,
    ) -> Self {
        Self {
            id,
            client,
            connection,
            home,
            up: VecDeque::from([Packet::Begin]),
            down: VecDeque::new(),
        }
    }

    pub fn is(&self, client: &str, connection: ConnectionId) -> bool {
        self.client == client && self.connection == connection
    }

    /// The ways on which something waits.
    pub fn ways(&self) -> impl Iterator<Item = Way> {
        let up = (!self.up.is_empty()).then_some(Way::Up);
        let down = (!self.down.is_empty()).then_some(Way::Down);
        up.into_iter().chain(down)
    }

    pub fn queue(&mut self, way: Way) -> &mut VecDeque<Packet> {
        match way {
            Way::Up => &mut self.up,
            Way::Down => &mut self.down,
        }
    }

    /// Changes the order of the next two, if both are answers.
    pub fn swap_answers(&mut self, way: Way) {
        let is_answer = |packet: &Packet| match packet {
            Packet::Frame(bytes) => Response::from_frame(bytes).is_ok_and(|(id, _)| id > 0),
            Packet::Begin | Packet::End => false,
        };
        let queue = self.queue(way);
        if queue.len() > 1 && queue.iter().take(2).all(is_answer) {
            queue.swap(0, 1);
        }
    }

    /// What its home sees of a packet.
    pub fn heard(&self, packet: &Packet) -> Heard {
        let what = match packet {
            Packet::Frame(bytes) => match Request::from_frame(bytes) {
                Ok((_, request)) => request.kind().to_owned(),
                Err(error) => error.to_string(),
            },
            Packet::Begin | Packet::End => packet.describe(Way::Up),
        };
        Heard {
            home: self.home,
            client: self.client,
            connection: self.id,
            what,
            bytes: packet.bytes().len(),
        }
    }

    /// A packet on this wire as the trace names it.
    pub fn describe(&self, packet: &Packet, way: Way) -> String {
        let (client, home, id) = (self.client, self.home, self.id);
        let arrow = if way == Way::Up { "->" } else { "<-" };
        let what = packet.describe(way);
        format!("{client} {arrow} {home} ({id}) {what}{}", packet.mark())
    }
}
