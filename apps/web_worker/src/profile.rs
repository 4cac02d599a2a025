//! The profile and what is done with it.

use client_core::{CoreError, Engine};
use client_store::{Store, StoreError};
use js_sys::{Array, Uint8Array};
use std::fmt;
use wasm_bindgen::prelude::JsValue;
use zeroize::Zeroizing;

use crate::asked::Act;
use crate::clock::now;
use crate::storage::Storage;

/// Why something was not done, as a sentence for people.
#[derive(Debug)]
pub enum Refused {
    /// The page asked for something that is no act.
    NotUnderstood,
    /// There is no open profile.
    Closed,
    /// There is an open profile.
    Open,
    /// The browser's storage, as it says.
    Storage(String),
    /// The browser gave no randomness.
    Entropy,
    /// The store.
    Store(StoreError),
    /// The engine.
    Core(CoreError),
}

impl Refused {
    /// The browser's storage said no.
    pub fn storage(why: impl fmt::Display) -> Self {
        Self::Storage(why.to_string())
    }
}

impl fmt::Display for Refused {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::NotUnderstood => f.write_str(
                "The page asked for something unknown; nothing was changed. Load it anew.",
            ),
            Self::Closed => {
                f.write_str("Your profile is closed; nothing was changed. Open it first.")
            }
            Self::Open => f.write_str("Your profile is open; nothing was changed. Close it first."),
            Self::Storage(why) => write!(
                f,
                "The browser's storage refused: {why}. Nothing was changed."
            ),
            Self::Entropy => f.write_str("The browser gave no randomness; nothing was changed."),
            Self::Store(error) => write!(f, "{error}"),
            Self::Core(error) => write!(f, "{error}"),
        }
    }
}

impl From<StoreError> for Refused {
    fn from(error: StoreError) -> Self {
        Self::Store(error)
    }
}

impl From<CoreError> for Refused {
    fn from(error: CoreError) -> Self {
        Self::Core(error)
    }
}

/// What the worker has.
pub struct Worker {
    storage: Storage,
    engine: Option<Engine>,
}

impl Worker {
    /// A worker with no profile open.
    pub fn new(storage: Storage) -> Self {
        Self {
            storage,
            engine: None,
        }
    }

    /// Does what was asked; the answer.
    ///
    /// # Errors
    /// [`Refused`].
    pub fn handle(&mut self, act: Act) -> Result<JsValue, Refused> {
        match act {
            Act::Open(key) => {
                self.require_closed()?;
                let store = Store::open(self.storage.file(), key.as_ref())?;
                let mut seed = Zeroizing::new([0; 32]);
                getrandom::fill(seed.as_mut_slice()).map_err(|_| Refused::Entropy)?;
                self.engine = Some(Engine::new(store, *seed, now()));
                Ok(JsValue::TRUE)
            }
            Act::NewPersona(name) => {
                self.opened()?.new_persona(now(), &name)?;
                Ok(JsValue::TRUE)
            }
            Act::Personas => {
                let personas = self.opened()?.personas()?;
                let names = personas.iter().map(|one| JsValue::from_str(&one.name));
                Ok(names.collect::<Array>().into())
            }
            Act::Close => {
                self.engine.take().ok_or(Refused::Closed)?;
                Ok(JsValue::TRUE)
            }
            Act::Import(bytes) => {
                self.require_closed()?;
                self.storage.import(&bytes)?;
                Ok(JsValue::TRUE)
            }
            Act::Export => {
                self.require_closed()?;
                let bytes = self.storage.export()?;
                Ok(Uint8Array::from(bytes.as_slice()).into())
            }
        }
    }

    fn opened(&mut self) -> Result<&mut Engine, Refused> {
        self.engine.as_mut().ok_or(Refused::Closed)
    }

    fn require_closed(&self) -> Result<(), Refused> {
        match self.engine {
            Some(_) => Err(Refused::Open),
            None => Ok(()),
        }
    }
}
