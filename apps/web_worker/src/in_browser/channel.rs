//! The channel between the workers of all tabs. What goes over it stays in this browser, and in this place (its origin).

use js_sys::{ArrayBuffer, Uint8Array};
use wasm_bindgen::prelude::{Closure, JsCast as _, JsValue};
use web_sys::{BroadcastChannel, MessageEvent};
use zeroize::Zeroizing;

use super::browser::scope;
use crate::relay::Wire;

/// The channel, for as long as it is there.
pub struct Channel {
    channel: BroadcastChannel,
    _on_message: Closure<dyn FnMut(MessageEvent)>,
}

impl Channel {
    /// Joins it; `hear` is called with what others say. None where the browser has no channels.
    pub fn join(mut hear: impl FnMut(Wire) + 'static) -> Option<Self> {
        // Workers of another build speak otherwise, and have another name.
        let build = scope()?.location().pathname();
        let channel = BroadcastChannel::new(&format!("kith {build}")).ok()?;
        let on_message = Closure::<dyn FnMut(MessageEvent)>::new(move |event: MessageEvent| {
            let bytes = wiped(event.data());
            if let Ok(said) = postcard::from_bytes(&bytes) {
                hear(said);
            }
        });
        channel.set_onmessage(Some(on_message.as_ref().unchecked_ref()));
        Some(Self {
            channel,
            _on_message: on_message,
        })
    }

    /// Says something to all others.
    pub fn say(&self, said: &Wire) {
        let Ok(bytes) = postcard::to_stdvec(said).map(Zeroizing::new) else {
            return;
        };
        let sent = Uint8Array::from(bytes.as_slice());
        // Whoever does not hear it asks again when it comes.
        let _ = self.channel.post_message(&sent);
        sent.fill(0, 0, sent.length());
    }
}

/// The bytes of a message; where they came from is overwritten. None of what is no bytes.
pub fn wiped(data: JsValue) -> Zeroizing<Vec<u8>> {
    let array = match data.dyn_into::<Uint8Array>() {
        Ok(array) => array,
        Err(data) if data.has_type::<ArrayBuffer>() => Uint8Array::new(&data),
        Err(_) => return Zeroizing::default(),
    };
    let bytes = Zeroizing::new(array.to_vec());
    array.fill(0, 0, array.length());
    bytes
}
