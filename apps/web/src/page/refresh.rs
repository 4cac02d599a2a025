//! Asking anew because of news: one question at a time, and one more if there were news meanwhile.

use leptos::prelude::{GetValue as _, SetValue as _, StoredValue};
use leptos::task::spawn_local;

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum State {
    Idle,
    Asking,
    AskingThenAgain,
}

/// One thing that is asked anew.
#[derive(Clone, Copy)]
pub struct Refresh(StoredValue<State>);

impl Refresh {
    /// Nothing is asked.
    pub fn new() -> Self {
        Self(StoredValue::new(State::Idle))
    }

    /// Asks, now or after what is being asked. Whatever began it may be gone in the middle.
    pub fn run<F>(self, ask: impl Fn() -> F + 'static)
    where
        F: Future<Output = ()> + 'static,
    {
        match self.0.try_get_value() {
            None => {}
            Some(State::Asking | State::AskingThenAgain) => {
                self.0.set_value(State::AskingThenAgain);
            }
            Some(State::Idle) => {
                self.0.set_value(State::Asking);
                spawn_local(async move {
                    loop {
                        ask().await;
                        match self.0.try_get_value() {
                            Some(State::AskingThenAgain) => self.0.set_value(State::Asking),
                            Some(_) => {
                                self.0.set_value(State::Idle);
                                return;
                            }
                            None => return,
                        }
                    }
                });
            }
        }
    }
}
