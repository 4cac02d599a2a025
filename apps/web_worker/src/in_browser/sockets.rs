//! Connections to homes: the browser's WebSockets, binary frames.
//!
//! A browser answers a home's pings by itself and shows them to nobody, so silence says nothing here: a connection is
//! given up when a question of the engine stays without an answer, and when the machine slept.

use client_core::{ConnectionId, Input};
use js_sys::{ArrayBuffer, Uint8Array};
use protocol::frame::MAX_FRAME_BYTES;
use protocol::home_url::HomeUrl;
use std::cell::RefCell;
use std::collections::{BTreeMap, VecDeque};
use std::rc::Rc;
use wasm_bindgen::prelude::{Closure, JsCast as _};
use wasm_bindgen_futures::spawn_local;
use web_sys::{BinaryType, Event, MessageEvent, WebSocket};

use super::browser::sleep;

/// How long connecting may take, in milliseconds.
const CONNECTING_MS: i32 = 15_000;
/// Bytes that may wait to be sent on a connection; above it the connection is given up.
const OUTGOING_BYTES: u32 = 32 << 20;
/// Bytes that may wait for the engine; above it a connection that brings more is given up.
const INCOMING_BYTES: usize = 64 << 20;

/// What came and is not taken in yet.
pub struct Incoming {
    inputs: VecDeque<Input>,
    bytes: usize,
    /// Called when something comes while nothing waits.
    ring: Box<dyn Fn()>,
    /// Whether that was done.
    is_rung: bool,
}

impl Incoming {
    fn push(&mut self, input: Input) {
        if let Input::Received(_, frame) = &input {
            self.bytes += frame.len();
        }
        self.inputs.push_back(input);
        if !self.is_rung {
            self.is_rung = true;
            (self.ring)();
        }
    }

    /// The first so many; whether there is more is said by another ring.
    fn take(&mut self, most: usize) -> Vec<Input> {
        let taken: Vec<_> = self.inputs.drain(..most.min(self.inputs.len())).collect();
        for input in &taken {
            if let Input::Received(_, frame) = input {
                self.bytes = self.bytes.saturating_sub(frame.len());
            }
        }
        self.is_rung = !self.inputs.is_empty();
        if self.is_rung {
            (self.ring)();
        }
        taken
    }
}

type Shared = Rc<RefCell<Incoming>>;

struct Connection {
    socket: WebSocket,
    // They are called for as long as the socket is there.
    _on_event: Closure<dyn FnMut(Event)>,
    _on_message: Closure<dyn FnMut(MessageEvent)>,
}

impl Drop for Connection {
    fn drop(&mut self) {
        for set in [
            WebSocket::set_onopen,
            WebSocket::set_onclose,
            WebSocket::set_onerror,
            WebSocket::set_onmessage,
        ] {
            set(&self.socket, None);
        }
        // What was queued is sent before.
        let _ = self.socket.close();
    }
}

/// Where others put what came by another way. Copies are the same one.
#[derive(Clone)]
pub struct Inlet(Shared);

impl Inlet {
    /// Something came.
    pub fn push(&self, input: Input) {
        self.0.borrow_mut().push(input);
    }
}

/// All connections.
pub struct Sockets {
    connections: BTreeMap<ConnectionId, Connection>,
    incoming: Shared,
}

impl Sockets {
    /// None yet; `ring` is called when there is something to take in.
    pub fn new(ring: impl Fn() + 'static) -> Self {
        Self {
            connections: BTreeMap::new(),
            incoming: Rc::new(RefCell::new(Incoming {
                inputs: VecDeque::new(),
                bytes: 0,
                ring: Box::new(ring),
                is_rung: false,
            })),
        }
    }

    /// What came, at most so many.
    pub fn take(&mut self, most: usize) -> Vec<Input> {
        let inputs = self.incoming.borrow_mut().take(most);
        for input in &inputs {
            if let Input::Closed(id) = input {
                self.close(*id);
            }
        }
        inputs
    }

    /// Where others put what came by another way.
    pub fn inlet(&self) -> Inlet {
        Inlet(Rc::clone(&self.incoming))
    }

    fn push(&self, input: Input) {
        self.incoming.borrow_mut().push(input);
    }

    /// Begins to connect.
    pub fn connect(&mut self, id: ConnectionId, home: &HomeUrl) {
        match Connection::begin(id, &home.socket(), &self.incoming) {
            Some(connection) => {
                let (socket, incoming) = (connection.socket.clone(), Rc::clone(&self.incoming));
                self.connections.insert(id, connection);
                spawn_local(async move {
                    sleep(CONNECTING_MS).await;
                    if socket.ready_state() == WebSocket::CONNECTING {
                        incoming.borrow_mut().push(Input::Closed(id));
                    }
                });
            }
            None => self.push(Input::Closed(id)),
        }
    }

    /// Sends a frame. A connection that cannot take it is dropped: everything is asked again on the next one.
    pub fn send(&mut self, id: ConnectionId, frame: &[u8]) -> Option<Input> {
        let socket = &self.connections.get(&id)?.socket;
        let has_room = socket.buffered_amount() <= OUTGOING_BYTES;
        if has_room && socket.send_with_u8_array(frame).is_ok() {
            return None;
        }
        self.close(id);
        Some(Input::Closed(id))
    }

    /// Ends a connection once what was queued is sent.
    pub fn close(&mut self, id: ConnectionId) {
        self.connections.remove(&id);
    }

    /// All connections are taken for dead.
    pub fn give_up(&mut self) {
        for (id, _) in std::mem::take(&mut self.connections) {
            self.push(Input::Closed(id));
        }
    }
}

impl Connection {
    /// None where the browser does not even try.
    fn begin(id: ConnectionId, url: &str, incoming: &Shared) -> Option<Self> {
        let socket = WebSocket::new(url).ok()?;
        socket.set_binary_type(BinaryType::Arraybuffer);
        let to = Rc::clone(incoming);
        let on_event = Closure::<dyn FnMut(Event)>::new(move |event: Event| {
            to.borrow_mut().push(match event.type_().as_str() {
                "open" => Input::Opened(id),
                _ => Input::Closed(id),
            });
        });
        let to = Rc::clone(incoming);
        let from = socket.clone();
        let on_message = Closure::<dyn FnMut(MessageEvent)>::new(move |event: MessageEvent| {
            let mut incoming = to.borrow_mut();
            let frame = event.data().dyn_into::<ArrayBuffer>().ok().filter(|data| {
                let bytes = data.byte_length() as usize;
                bytes <= MAX_FRAME_BYTES && incoming.bytes.saturating_add(bytes) <= INCOMING_BYTES
            });
            let Some(frame) = frame else {
                // What a home must not say: nothing more is heard of it.
                from.set_onmessage(None);
                incoming.push(Input::Closed(id));
                return;
            };
            incoming.push(Input::Received(id, Uint8Array::new(&frame).to_vec()));
        });
        let listener = on_event.as_ref().unchecked_ref();
        socket.set_onopen(Some(listener));
        socket.set_onclose(Some(listener));
        socket.set_onerror(Some(listener));
        socket.set_onmessage(Some(on_message.as_ref().unchecked_ref()));
        Some(Self {
            socket,
            _on_event: on_event,
            _on_message: on_message,
        })
    }
}
