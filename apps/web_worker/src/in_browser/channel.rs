//! The channel between the workers of all tabs. What goes over it stays in this browser, and in this place (its origin).

use js_sys::{Array, ArrayBuffer, Uint8Array};
use wasm_bindgen::prelude::{Closure, JsCast as _, JsValue};
use web_sys::{BroadcastChannel, File, MessageEvent};
use zeroize::Zeroizing;

use super::browser::scope;
use crate::relay::Wire;

/// The channel, for as long as it is there.
pub struct Channel {
    channel: BroadcastChannel,
    _on_message: Closure<dyn FnMut(MessageEvent)>,
}

impl Channel {
    /// Joins it; `hear` is called with what others say, and the file beside it. None where the browser has no channels.
    pub fn join(mut hear: impl FnMut(Wire, Option<File>) + 'static) -> Option<Self> {
        // Workers of another build speak otherwise, and have another name.
        let build = scope()?.location().pathname();
        let channel = BroadcastChannel::new(&format!("kith {build}")).ok()?;
        let on_message = Closure::<dyn FnMut(MessageEvent)>::new(move |event: MessageEvent| {
            let (bytes, file) = parts(event.data());
            if let Ok(said) = postcard::from_bytes(&wiped(bytes)) {
                hear(said, file);
            }
        });
        channel.set_onmessage(Some(on_message.as_ref().unchecked_ref()));
        Some(Self {
            channel,
            _on_message: on_message,
        })
    }

    /// Says something to all others, with a file beside it where one belongs to it.
    pub fn say(&self, said: &Wire, file: Option<&File>) {
        let Ok(bytes) = postcard::to_stdvec(said).map(Zeroizing::new) else {
            return;
        };
        let sent = Uint8Array::from(bytes.as_slice());
        // Whoever does not hear it asks again when it comes.
        let _ = match file {
            None => self.channel.post_message(&sent),
            Some(file) => self.channel.post_message(&Array::of2(&sent, file)),
        };
        sent.fill(0, 0, sent.length());
    }
}

/// The bytes of a message, and the file beside them if there is one.
pub fn parts(data: JsValue) -> (JsValue, Option<File>) {
    match data.dyn_into::<Array>() {
        Ok(both) => (both.get(0), both.get(1).dyn_into().ok()),
        Err(data) => (data, None),
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
