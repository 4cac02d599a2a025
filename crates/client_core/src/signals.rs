//! Signals: relayed to whoever is there now, stored nowhere, repeated never.

use client_store::id::ConversationId;
use client_store::log::LogState;
use mls::error::MlsError;
use mls::signal;
use protocol::frame::Request;
use protocol::proof::Right;
use protocol::request;
use protocol::response::PushSignal;

use crate::effect::{Event, Now};
use crate::engine::Engine;
use crate::error::CoreError;
use crate::session::{Asked, ConnectionKey};

impl Engine {
    /// Signals something of the moment to those who are there; whether it left. It does not where
    /// the home is not reached, the last one is still under way, or this device has not read
    /// everything yet: nobody would want it later. Nor does it to somebody who is blocked.
    ///
    /// # Errors
    /// [`CoreError::Mls`] above 512 bytes, [`CoreError::Store`].
    pub fn signal(
        &mut self,
        now: Now,
        conversation: ConversationId,
        content: &[u8],
    ) -> Result<bool, CoreError> {
        self.transact(now, |engine| {
            if engine.store.is_conversation_blocked(conversation)? {
                return Ok(false);
            }
            let logs = engine.store.logs_of(conversation)?;
            let Some(log) = logs.into_iter().find(|log| log.state == LogState::Open) else {
                return Ok(false);
            };
            let key = ConnectionKey::of_log(&log);
            let asked = Asked::Signal(log.log, log.head);
            let is_here = engine.is_done(&key, &Asked::Subscribe(log.log, log.head));
            if !is_here
                || !engine.may_ask(&key, &asked)
                || !engine.prove(&key, &log, Right::Write)?
            {
                return Ok(false);
            }
            let device = engine.device_of(log.persona)?;
            let group = engine.take_group(&log)?;
            let keys = engine.with_mls(|provider| group.keys(provider))?;
            let sender = (&*device, group.own_leaf());
            let place = (&log.log, &log.head);
            let body = signal::seal(keys.signal(), &engine.entropy, place, sender, content)?;
            engine.keep_group(&log, group);
            let request = Request::Signal(request::Signal {
                log: log.log,
                head: log.head,
                body,
            });
            engine.ask(&key, asked, &request);
            Ok(true)
        })
    }

    /// Somebody signals; what does not hold is nothing.
    pub(crate) fn pushed_signal(
        &mut self,
        key: &ConnectionKey,
        push: &PushSignal,
    ) -> Result<(), CoreError> {
        let Some(log) = self.pushed_log(key, &push.log, &push.head)? else {
            return Ok(());
        };
        let group = self.take_group(&log)?;
        let keys = self.with_mls(|provider| group.keys(provider))?;
        let opened =
            signal::open(keys.signal(), &log.log, &log.head, &push.body).and_then(|said| {
                let member = group.member(said.leaf())?;
                let content = said.verify(member.credential.device_key())?;
                Ok((member.credential.persona().fingerprint(), content))
            });
        self.keep_group(&log, group);
        match opened {
            Ok((who, _)) if self.store.is_blocked(&who)? => {}
            Ok((who, content)) => self.event(Event::Signalled(log.conversation, who, content)),
            Err(MlsError::Invalid { .. }) => {}
            Err(error) => return Err(error.into()),
        }
        Ok(())
    }
}
