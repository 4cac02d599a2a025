//! What a worker does while nobody has the profile.

use view::{Ask, FromWorker, Kind, News, Opening, Profile, Refused, Standing, Tab};

use super::{Place, Worker};
use crate::answers::{self, said};
use crate::in_browser::{lock, profile};
use crate::sentences;

impl Worker {
    /// Answers while nobody has the profile.
    pub(super) async fn answer_closed(&mut self, id: u32, ask: &Ask) {
        self.files.remove(&id);
        let answered = match ask {
            Ask::Stand(q) => said(q, Ok(self.standing_closed().await)),
            Ask::Make(q) => said(q, self.open_here(&q.opening, true).await),
            Ask::Open(q) => said(q, self.open_here(&q.opening, false).await),
            // Notes are of a profile.
            Ask::Persisted(q) if !matches!(self.place, Place::Nobody(Profile::Closed(_))) => {
                said(q, Ok(()))
            }
            Ask::Persisted(q) => {
                let mut notes = profile::notes().await;
                notes.persisted = Some(q.granted);
                said(q, profile::write_notes(&notes).await)
            }
            Ask::Close(q) => said(q, Ok(())),
            _ => answers::no(sentences::closed()),
        };
        self.answer(id, answered);
    }

    pub(super) async fn standing_closed(&self) -> Standing {
        let profile = match &self.place {
            Place::Nobody(profile) => profile.clone(),
            _ => Profile::Missing,
        };
        Standing {
            profile,
            tab: Tab::None,
            persisted: profile::notes().await.persisted,
            needs_backup: false,
        }
    }

    /// Makes or opens the profile, under the lock.
    pub(super) async fn open_here(
        &mut self,
        opening: &Opening,
        is_new: bool,
    ) -> Result<(), Refused> {
        let held = lock::take_soon().await.ok_or_else(|| match &self.place {
            Place::Nobody(Profile::NoStorage(why)) => Refused::new(Kind::Storage, why.clone()),
            _ => sentences::elsewhere(),
        })?;
        let opened = match is_new {
            true => profile::make(opening).await,
            false => profile::open(opening).await,
        };
        match opened {
            Ok(opened) => self.hold(held, opened).await,
            Err(refused) => {
                // Another tab may have made it.
                self.place = Place::Nobody(profile::look().await);
                self.page.send(&FromWorker::News(News::Standing));
                Err(refused)
            }
        }
    }
}
