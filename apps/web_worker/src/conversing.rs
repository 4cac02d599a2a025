//! What is answered to a question about one conversation: what is said in it, read in it, and being written for it.

use client_core::{At, CoreError, Draft, Writing};
use std::collections::BTreeSet;
use view::{Ask, ItemId, News, Refused, question};

use crate::answers::{Answered, Work, done, invalid, of_core, said};
use crate::found::found;
use crate::sentences::{refused, sentence};
use crate::{sending, shown};

/// Items in one answer at most.
const MOST_ITEMS: u32 = 10_000;
/// What was found in one answer at most.
const MOST_FOUND: u32 = 500;
/// The furthest moment that something is held for, in seconds from now: a hundred years, as on the command line.
const FURTHEST_S: u64 = 36_525 * 86_400;

/// Answers it; none where it is about something else.
pub fn answer(work: &mut impl Work, ask: &Ask) -> Option<Answered> {
    let answered = match ask {
        Ask::Items(q) => said(q, items(work, q)),
        Ask::These(q) => said(q, these(work, q)),
        Ask::Versions(q) => {
            let all = work.engine().versions(shown::of_item_id(q.item));
            said(
                q,
                of_core(all, |all| all.into_iter().map(shown::version).collect()),
            )
        }
        Ask::Search(q) => said(q, search(work, q)),
        Ask::Send(q) => send(work, q),
        Ask::Edit(q) => {
            let (item, draft) = (shown::of_item_id(q.item), q.draft.map(shown::of_draft_id));
            let mut news = about(work, q.item);
            news.extend(q.draft.and_then(|_| drafts_of(&news)));
            let edited = work.act(|engine, now| engine.edit_written(now, item, &q.text, draft));
            done(q, of_core(edited, drop), news)
        }
        Ask::Retract(q) => {
            let news = about(work, q.item);
            let item = shown::of_item_id(q.item);
            let done_so = work.act(|engine, now| engine.retract(now, item));
            done(q, of_core(done_so, drop), news)
        }
        Ask::React(q) => {
            let news = about(work, q.item);
            let item = shown::of_item_id(q.item);
            let done_so = work.act(|engine, now| engine.react(now, item, &q.sign));
            done(q, of_core(done_so, drop), news)
        }
        Ask::Unreact(q) => {
            let news = about(work, q.item);
            let item = shown::of_item_id(q.item);
            let done_so = work.act(|engine, now| engine.unreact(now, item, &q.sign));
            done(q, of_core(done_so, drop), news)
        }
        Ask::Reschedule(q) => {
            let news = about(work, q.item);
            done(q, reschedule(work, q), news)
        }
        Ask::Waiting(q) => {
            let held = work.engine().held();
            said(
                q,
                of_core(held, |held| held.into_iter().map(shown::held).collect()),
            )
        }
        Ask::KeepDraft(q) => keep_draft(work, q),
        Ask::Drafts(q) => {
            let drafts = work
                .engine()
                .drafts(shown::of_conversation_id(q.conversation));
            said(
                q,
                of_core(drafts, |all| all.into_iter().map(shown::draft).collect()),
            )
        }
        Ask::DropDraft(q) => {
            let draft = shown::of_draft_id(q.draft);
            let dropped = work.act(|engine, now| engine.drop_draft(now, draft));
            let of = dropped.as_ref().ok().copied().flatten();
            let of = of.map(shown::conversation_id);
            let news = of.map_or_else(Vec::new, |of| vec![News::Drafts(of), News::Lists]);
            done(q, of_core(dropped, drop), news)
        }
        ask => return sending::about_files(work, ask),
    };
    Some(answered)
}

/// What is news when something is done to an item.
fn about(work: &impl Work, item: ItemId) -> Vec<News> {
    let row = work.engine().store().item(shown::of_item_id(item));
    let of = row.ok().flatten().map(|row| row.conversation);
    let of = of.map(shown::conversation_id);
    of.map_or_else(Vec::new, |of| {
        vec![News::Items(of, vec![item]), News::Lists]
    })
}

fn drafts_of(news: &[News]) -> Option<News> {
    news.iter().find_map(|news| match news {
        News::Items(of, _) => Some(News::Drafts(*of)),
        _ => None,
    })
}

fn items(work: &impl Work, q: &question::Items) -> Result<view::Read, Refused> {
    let at = match q.at {
        view::At::End => At::End,
        view::At::Before(item) => At::Before(shown::of_item_id(item)),
        view::At::After(item) => At::After(shown::of_item_id(item)),
        view::At::Around(item) => At::Around(shown::of_item_id(item)),
        view::At::Place(place) => At::Place(place),
        view::At::Unread => At::Unread,
        view::At::Time(at_ms) => At::Time(at_ms),
    };
    let limit = u64::from(q.limit.clamp(1, MOST_ITEMS));
    let of = shown::of_conversation_id(q.conversation);
    of_core(work.engine().window(of, at, limit), |read| view::Read {
        items: read.items.into_iter().map(shown::item).collect(),
        before: read.before,
        after: read.after,
        unread_from: read.unread_from.map(shown::item_id),
    })
}

fn these(work: &impl Work, q: &question::These) -> Result<Vec<view::Item>, Refused> {
    let items: BTreeSet<_> = q.items.iter().map(|id| shown::of_item_id(*id)).collect();
    let of = shown::of_conversation_id(q.conversation);
    let items = work.engine().items_of(of, &items);
    of_core(items, |items| items.into_iter().map(shown::item).collect())
}

fn search(work: &impl Work, q: &question::Search) -> Result<Vec<view::Found>, Refused> {
    let of = q.conversation.map(shown::of_conversation_id);
    let limit = u64::from(q.limit.clamp(1, MOST_FOUND));
    let all = work.engine().search(&q.words, of, limit);
    let one = |(of, item): (_, _)| found(of, &item, &q.words);
    of_core(all, |all| all.into_iter().map(one).collect())
}

/// When something is to leave; refused where that has passed, because whoever chose it wanted it to wait.
fn to_come(at_s: u64, now_s: u64) -> Result<u64, Refused> {
    if at_s <= now_s || at_s - now_s > FURTHEST_S {
        return Err(invalid(
            "This moment has passed, or is more than a hundred years away; nothing was sent. Choose another.",
        ));
    }
    Ok(at_s)
}

fn reschedule(work: &mut impl Work, q: &question::Reschedule) -> Result<(), Refused> {
    let now_s = work.now().unix_s();
    let at_s = q.at_s.map(|at_s| to_come(at_s, now_s)).transpose()?;
    let item = shown::of_item_id(q.item);
    let done_so = work.act(|engine, now| engine.reschedule(now, item, at_s));
    of_core(done_so, |()| ())
}

fn send(work: &mut impl Work, q: &question::Send) -> Answered {
    let sent = try_send(work, q);
    let items = sent.iter().copied().collect();
    let mut news = vec![News::Items(q.conversation, items), News::Lists];
    news.extend(q.draft.map(|_| News::Drafts(q.conversation)));
    done(q, sent, news)
}

fn try_send(work: &mut impl Work, q: &question::Send) -> Result<ItemId, Refused> {
    let is_blank = legible::is_blank(&q.text);
    if is_blank && q.files.is_empty() {
        return Err(invalid(
            "There is nothing in it that can be seen; nothing was sent.",
        ));
    }
    let files = sending::along(work, &q.files)?;
    let now_s = work.now().unix_s();
    let draft = Draft {
        reply_to: q.reply_to.map(shown::of_item_id),
        note: q.note.as_deref(),
        held_until_s: q.at_s.map(|at_s| to_come(at_s, now_s)).transpose()?,
        files: &files,
        ..Draft::text(if is_blank { "" } else { &q.text })
    };
    let of = shown::of_conversation_id(q.conversation);
    let written = q.draft.map(shown::of_draft_id);
    let sent = work.act(|engine, now| engine.send_written(now, of, &draft, written));
    if sent.is_ok() {
        for one in &q.files {
            work.keep_attached(one.attachment);
        }
    }
    of_core(sent, shown::item_id)
}

/// The list is news where there was no draft before, or is none any more.
fn keep_draft(work: &mut impl Work, q: &question::KeepDraft) -> Answered {
    let of = shown::of_conversation_id(q.conversation);
    let writing = Writing {
        text: &q.text,
        note: q.note.as_deref(),
        reply_to: q.reply_to.map(shown::of_item_id),
        edits: q.edits.map(shown::of_item_id),
    };
    let had = work.engine().has_drafts(of).unwrap_or(false);
    let replaces = q.replaces.map(shown::of_draft_id);
    let kept = work.act(|engine, now| engine.keep_draft(now, of, replaces, writing));
    let has = work.engine().has_drafts(of).unwrap_or(had);
    let mut news = vec![News::Drafts(q.conversation)];
    news.extend((had != has).then_some(News::Lists));
    let kept = match kept {
        Err(error @ CoreError::Store(_)) => Err(Refused {
            sentence: sentence(
                "What you write is not kept at the moment, because the browser's storage refuses; what was kept before \
                 is. Make room on this device, and do not close this page before you have sent it",
            ),
            ..refused(&error)
        }),
        kept => of_core(kept, |id| id.map(shown::draft_id)),
    };
    done(q, kept, news)
}
