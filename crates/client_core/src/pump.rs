//! What is to be asked follows from the store: this looks, and asks what may be asked.
//!
//! Runs at the end of each transaction, over what was touched in it.

use crate::effect::Lane;
use crate::engine::{Engine, Work};
use crate::error::CoreError;
use crate::session::ConnectionKey;

impl Engine {
    /// Looks at everything that was touched, until nothing is left to look at.
    pub(crate) fn do_work(&mut self) -> Result<(), CoreError> {
        while let Some(work) = self.work.pop_first() {
            match work {
                Work::Connections => self.arrange_connections()?,
                Work::Connection(key) => self.work_on_connection(&key)?,
                Work::Log(log) => {
                    if let Some(log) = self.store.log(&log)? {
                        self.work_on_log(&log)?;
                    }
                }
                Work::Founding(use_id) => {
                    if let Some(founding) = self.store.founding(&use_id)? {
                        self.work_on_founding(&founding)?;
                    }
                }
                Work::Invitee(use_id) => {
                    if let Some(invitee) = self.store.invitee(&use_id)? {
                        self.work_on_invitee(&invitee)?;
                    }
                }
                Work::ContactItem(use_id) => {
                    if let Some(row) = self.store.contact_item(&use_id)? {
                        self.work_on_contact_item(row)?;
                    }
                }
                Work::Acceptance(use_id) => {
                    if let Some(acceptance) = self.store.acceptance(&use_id)? {
                        self.work_on_acceptance(&acceptance)?;
                    }
                }
            }
        }
        Ok(())
    }

    /// Everything that could be asked on one connection.
    fn work_on_connection(&mut self, key: &ConnectionKey) -> Result<(), CoreError> {
        if key.lane == Lane::Logs {
            for log in self.store.logs()? {
                if ConnectionKey::of_log(&log) == *key {
                    self.work_on_log(&log)?;
                }
            }
            self.erase_at(key)?;
        } else {
            for inbox in self.store.inboxes_of(key.persona)? {
                if inbox.home == key.home {
                    self.work_on_inbox(&inbox)?;
                }
            }
            self.erase_given_up(key)?;
        }
        for acceptance in self.store.acceptances()? {
            if acceptance.persona == key.persona {
                self.work_on_acceptance(&acceptance)?;
            }
        }
        for founding in self.store.foundings()? {
            self.work_on_founding(&founding)?;
        }
        for invitee in self.store.invitees()? {
            self.work_on_invitee(&invitee)?;
        }
        for row in self.store.contact_items()? {
            self.work_on_contact_item(row)?;
        }
        Ok(())
    }
}
