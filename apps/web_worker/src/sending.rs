//! What is said, with what goes along, and taking it back while it waits for its files.

use client_core::Attachment;
use view::question::StopSending;
use view::{Ask, News, Outgoing, Refused};

use crate::answers::{Answered, Work, done, invalid, of_core, said};
use crate::file_sentences;
use crate::sentences::refused;
use crate::shown;

/// What goes along with what is said.
///
/// # Errors
/// [`Refused`]; nothing of it is kept then.
pub fn along(work: &impl Work, files: &[Outgoing]) -> Result<Vec<Attachment>, Refused> {
    files.iter().map(|one| described(work, one)).collect()
}

/// A file with its words.
fn described(work: &impl Work, one: &Outgoing) -> Result<Attachment, Refused> {
    let attached = work.attached(one.attachment);
    let Attachment {
        file,
        delete_secret,
    } = attached.ok_or_else(file_sentences::not_attached)?;
    let file = file.described(one.description.trim());
    let file = file.map_err(|why| invalid(&format!("{why}; nothing was sent. Say it shorter.")))?;
    Ok(Attachment {
        file,
        delete_secret,
    })
}

/// Answers what is about files and done at once; none where it reads one, which takes its time.
pub fn about_files(work: &mut impl Work, ask: &Ask) -> Option<Answered> {
    Some(match ask {
        Ask::StopSending(q) => stop(work, q),
        Ask::Fetch(q) => {
            let item = shown::of_item_id(q.item);
            let wanted = work.act(|engine, now| engine.fetch(now, item, q.place));
            said(q, of_core(wanted, |()| ()))
        }
        Ask::StopFetching(q) => {
            let item = shown::of_item_id(q.item);
            let stopped = work.act(|engine, now| engine.stop_fetching(now, item, q.place));
            let stands = News::FileFailed(q.item, q.place, file_sentences::STOPPED.to_owned());
            done(q, of_core(stopped, |()| ()), vec![stands])
        }
        _ => return None,
    })
}

/// Takes something back that waits for its files. Where something of it has left already, that it was taken back is told.
fn stop(work: &mut impl Work, q: &StopSending) -> Answered {
    let item = shown::of_item_id(q.item);
    let of = work.engine().store().item(item);
    let conversation = of.ok().flatten().map(|row| row.conversation);
    let taken = work.act(|engine, now| engine.retract(now, item));
    let taken = taken.map(|_| ()).map_err(|error| refused(&error));
    let mut news = vec![News::Lists];
    news.extend(conversation.map(|id| News::Items(shown::conversation_id(id), Vec::new())));
    done(q, taken, news)
}

#[cfg(test)]
mod tests {
    use crate::answers::Work as _;
    use crate::answers::tests::{Here, ask, here};
    use crate::shown::conversation_id;
    use client_core::Attachment;
    use content::{AttachedFile, ContentKey, SealedFile};
    use protocol::secret::DeleteSecret;
    use view::question::{Items, Send, StopSending};
    use view::{At, AttachmentId, ConversationId, FileState, Kind, Outgoing};

    const PICTURE: AttachmentId = AttachmentId::new([5; 16]);

    /// A conversation with oneself, and a picture that was sealed.
    fn with_picture() -> (Here, ConversationId) {
        let mut here = here();
        let persona = here
            .act(|engine, now| engine.new_persona(now, "Ada"))
            .unwrap();
        let own = here
            .act(|engine, now| engine.new_own(now, persona, "Notes"))
            .unwrap();
        let sealed = SealedFile {
            blob: [1; 16],
            key: ContentKey::new(vec![2; 32]),
            root: [3; 32],
            hash: [4; 32],
            content_bytes: 5,
        };
        let picture = Attachment {
            file: AttachedFile::new("../a\u{202e}.png", "image/png", sealed).unwrap(),
            delete_secret: DeleteSecret::new([6; 32]),
        };
        here.attached.insert(PICTURE, picture);
        (here, conversation_id(own))
    }

    fn send(conversation: ConversationId, text: &str, description: &str) -> Send {
        Send {
            conversation,
            text: text.into(),
            reply_to: None,
            note: None,
            at_s: None,
            draft: None,
            files: vec![Outgoing {
                attachment: PICTURE,
                description: description.into(),
            }],
        }
    }

    #[test]
    fn a_file_goes_along_with_its_words_and_is_the_items_from_then_on() {
        let (mut here, conversation) = with_picture();
        let sent = ask(&mut here, send(conversation, " ", " a sea\u{202e} "))
            .0
            .unwrap();
        assert!(here.attached.is_empty());
        let limit = 5;
        let read = ask(
            &mut here,
            Items {
                conversation,
                at: At::End,
                limit,
            },
        )
        .0
        .unwrap();
        let item = &read.items[0];
        assert_eq!((item.id, item.text.as_str()), (sent, ""));
        let file = &item.files[0];
        assert_eq!(file.description, "a sea�");
        assert_eq!(file.save_as, "a.png");
        assert_eq!(
            (file.place, file.bytes, file.state),
            (0, 5, FileState::Here)
        );
        let again = ask(&mut here, send(conversation, "again", ""))
            .0
            .unwrap_err();
        assert_eq!(again.kind, Kind::Retry, "{again}");
        ask(&mut here, StopSending { item: sent }).0.unwrap();
        let read = ask(
            &mut here,
            Items {
                conversation,
                at: At::End,
                limit,
            },
        )
        .0
        .unwrap();
        assert!(read.items.iter().all(|item| item.files.is_empty()));
    }

    #[test]
    fn words_that_are_too_long_are_refused_and_the_file_is_still_there() {
        let (mut here, conversation) = with_picture();
        let long = "a".repeat(2_049);
        let refused = ask(&mut here, send(conversation, "", &long)).0.unwrap_err();
        assert_eq!(refused.kind, Kind::Invalid, "{refused}");
        assert_eq!(here.attached.len(), 1);
    }
}
