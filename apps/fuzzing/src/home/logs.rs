//! What logs must answer, by what they answered before.

use super::blobs::Blobs;
use super::requests;
use super::world::Time;
use home_core::{ConnectionId, bounds};
use protocol::frame::{Request, Response};
use protocol::hash::{body_hash, chain_below, chain_next, chain_start, first_head, head_of_commit};
use protocol::id::{BodyHash, Chain, HeadId, LogId, Nonce, ReadKey, TokenHash, WriteKey};
use protocol::proof::Right;
use protocol::refusal::{HomeError, Refusal};
use protocol::request;
use protocol::response::{Appended, Committed, Done, ENTRY_MESSAGE, Page};
use std::collections::{BTreeMap, BTreeSet};

pub(super) const DONE: Response = Response::Done(Done {});
pub(super) const GONE: Response = Response::Error(HomeError::Gone);

pub(super) fn refused(why: Refusal) -> Response {
    Response::Error(HomeError::Refused { why })
}

/// A head, by what was answered.
#[derive(Debug)]
pub(super) struct Head {
    pub(super) id: HeadId,
    keys: (WriteKey, ReadKey),
    start: Chain,
    pub(super) entries: Vec<(BodyHash, Chain)>,
    pub(super) children: Vec<HeadId>,
    repairs: BTreeSet<BodyHash>,
}

#[derive(Debug)]
pub(super) struct Log {
    pub(super) heads: Vec<Head>,
    gone: bool,
    /// The day on which it was last read.
    read: u64,
}

/// How much of a head was pushed to a subscriber, or read before.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Heard {
    pub(super) entries: usize,
    pub(super) children: usize,
}

#[derive(Debug, Default)]
pub(super) struct Logs {
    /// Tokens, and whether each is spent.
    tokens: BTreeMap<TokenHash, bool>,
    pub(super) all: BTreeMap<LogId, Log>,
    proven: BTreeSet<(ConnectionId, LogId, HeadId, Right)>,
    pub(super) heard: BTreeMap<(ConnectionId, LogId, HeadId), Heard>,
    last_child_s: BTreeMap<ConnectionId, u64>,
    signals: BTreeMap<ConnectionId, usize>,
    blobs: Blobs,
}

impl Head {
    fn new(id: HeadId, keys: (WriteKey, ReadKey), start: Chain) -> Self {
        Self {
            id,
            keys,
            start,
            entries: Vec::new(),
            children: Vec::new(),
            repairs: BTreeSet::new(),
        }
    }

    fn end(&self) -> Chain {
        self.entries.last().map_or(self.start, |(_, chain)| *chain)
    }

    fn superseded(&self) -> Response {
        let children = self.children.clone();
        Response::Error(HomeError::Superseded { children })
    }
}

impl Log {
    pub(super) fn head(&self, id: &HeadId) -> Option<&Head> {
        self.heads.iter().find(|head| head.id == *id)
    }
}

impl Logs {
    pub(super) fn head(&self, log: &LogId, of: u8) -> HeadId {
        let heads = self.all.get(log).map_or(&[][..], |log| &log.heads);
        match (of, heads.len()) {
            (u8::MAX, _) => HeadId::new([0xee; 32]),
            (_, 0) => first_head(log),
            (of, many) => heads
                .get(usize::from(of) % many)
                .map_or(first_head(log), |head| head.id),
        }
    }

    pub(super) fn children(&self, log: &LogId, head: &HeadId) -> Vec<HeadId> {
        let head = self.all.get(log).and_then(|log| log.head(head));
        head.map_or(Vec::new(), |head| head.children.clone())
    }

    pub(super) fn disconnected(&mut self, gone: ConnectionId) {
        self.proven.retain(|(connection, ..)| *connection != gone);
        self.heard.retain(|(connection, ..), _| *connection != gone);
    }

    pub(super) fn granted(&mut self, tokens: Vec<TokenHash>) {
        for token in tokens {
            self.tokens.entry(token).or_insert(false);
        }
    }

    pub(super) fn opened(&mut self, request: &request::Open, response: &Response, time: Time) {
        let keys = (request.write_key, request.read_key);
        if let Some(log) = self.all.get(&request.log) {
            let first = log.head(&first_head(&request.log));
            match (response, first) {
                (response, _) if *response == GONE => self.lapsed(&request.log, time),
                (_, Some(first)) if first.keys == keys => assert!(!log.gone && *response == DONE),
                _ => assert!(!log.gone && *response == refused(Refusal::LogTaken)),
            }
            return;
        }
        let token = request.token.hash();
        let expected = match self.tokens.get(&token) {
            None => refused(Refusal::TokenUnknown),
            Some(true) => refused(Refusal::TokenSpent),
            Some(false) => DONE,
        };
        assert_eq!(*response, expected);
        if expected == DONE {
            self.tokens.insert(token, true);
            let head = first_head(&request.log);
            let start = chain_start(&request.log, &head);
            let log = Log {
                heads: vec![Head::new(head, keys, start)],
                gone: false,
                read: time.lived,
            };
            self.all.insert(request.log, log);
        }
    }

    /// A log may be gone once nobody read it for long, and stays so.
    fn lapsed(&mut self, id: &LogId, time: Time) {
        let Some(log) = self.all.get_mut(id) else {
            unreachable!("a log is gone that never was");
        };
        let unread = time.lived - log.read;
        assert!(
            log.gone || unread >= bounds::LOG_DAYS,
            "gone after {unread} days"
        );
        assert!(!self.heard.keys().any(|(_, heard, _)| heard == id));
        log.gone = true;
        self.proven.retain(|(_, log, ..)| log != id);
    }

    /// Checks the answer to whatever is about a log that should be there.
    pub(super) fn answered(
        &mut self,
        from: ConnectionId,
        request: &Request,
        response: &Response,
        time: Time,
    ) {
        let (log, head, right) = match request {
            Request::Prove(request) => return self.prove(from, request, response, time),
            Request::Read(one) | Request::Subscribe(one) => (one.log, one.head, Right::Read),
            Request::Append(one) => (one.log, one.head, Right::Write),
            Request::Commit(one) => (one.log, one.parent, Right::Write),
            Request::Repair(one) => (one.log, one.head, Right::Write),
            Request::Signal(one) => (one.log, one.head, Right::Write),
            Request::BlobPut(one) => (one.log, one.head, Right::Write),
            Request::BlobGet(one) => (one.log, one.head, Right::Read),
            Request::BlobRenew(one) => (one.log, one.head, Right::Write),
            other => unreachable!("{other:?} is about no log"),
        };
        let proven = self.proven.contains(&(from, log, head, right));
        if *response == GONE {
            return self.lapsed(&log, time);
        }
        if !proven {
            assert_eq!(*response, refused(Refusal::NotProven), "{request:?}");
            return assert!(self.all.get(&log).is_none_or(|log| !log.gone));
        }
        match request {
            Request::Read(request) => self.page(request, response, time),
            Request::Subscribe(request) => {
                self.page(request, response, time);
                self.subscribed(from, request, response);
            }
            Request::Append(request) => self.append(request, response),
            Request::Commit(request) => self.commit(from, request, response, time),
            Request::Repair(request) => self.repair(request, response),
            Request::Signal(request) => self.signal(from, request, response),
            _ => self.blob(&(log, head), request, response),
        }
    }

    fn at(&mut self, log: &LogId, head: &HeadId) -> &mut Head {
        let heads = self.all.get_mut(log).map(|log| &mut log.heads);
        match heads.and_then(|all| all.iter_mut().find(|one| one.id == *head)) {
            Some(head) => head,
            None => unreachable!("a right was proven at no head"),
        }
    }

    fn prove(
        &mut self,
        from: ConnectionId,
        request: &request::Prove,
        response: &Response,
        time: Time,
    ) {
        if *response == GONE {
            return self.lapsed(&request.log, time);
        }
        let head = self
            .all
            .get(&request.log)
            .and_then(|log| log.head(&request.head));
        let holds = head.is_some_and(|head| match request.right {
            Right::Read => *head.keys.1.as_bytes() == request.key,
            Right::Write => *head.keys.0.as_bytes() == request.key,
        });
        if holds {
            assert_eq!(*response, DONE);
            self.proven
                .insert((from, request.log, request.head, request.right));
        } else {
            assert_eq!(*response, refused(Refusal::Unknown));
        }
    }

    fn append(&mut self, request: &request::Append, response: &Response) {
        let head = self.at(&request.log, &request.head);
        let hash = body_hash(&request.body);
        let before = head.entries.iter().position(|(one, _)| *one == hash);
        let (seq, chain) = match before.and_then(|at| Some((at, head.entries.get(at)?.1))) {
            Some((at, chain)) => (at as u64 + 1, chain),
            None if !head.children.is_empty() => {
                return assert_eq!(*response, head.superseded());
            }
            None => {
                let seq = head.entries.len() as u64 + 1;
                let chain = chain_next(&head.end(), seq, ENTRY_MESSAGE, &hash);
                head.entries.push((hash, chain));
                (seq, chain)
            }
        };
        assert_eq!(*response, Response::Appended(Appended { seq, chain }));
    }

    fn commit(
        &mut self,
        from: ConnectionId,
        request: &request::Commit,
        response: &Response,
        time: Time,
    ) {
        let child = head_of_commit(&request.body);
        let keys = (request.write_key, request.read_key);
        let known = self.all.get(&request.log).and_then(|log| log.head(&child));
        let known = known.map(|head| head.keys == keys);
        let last = self.last_child_s.get(&from).copied();
        let head = self.at(&request.log, &request.parent);
        let place = head.children.iter().position(|one| *one == child);
        let committed = |order| Response::Committed(Committed { order });
        let order = head.children.len() as u64 + 1;
        let expected = match (known, place) {
            (Some(true), Some(at)) => committed(at as u64 + 1),
            (Some(_), _) => {
                let invalid = matches!(response, Response::Error(HomeError::Invalid { .. }));
                return assert!(invalid, "{response:?}");
            }
            (None, _)
                if head
                    .children
                    .iter()
                    .any(|one| !request.rejected.contains(one)) =>
            {
                head.superseded()
            }
            (None, _) if head.children.len() >= bounds::MAX_CHILDREN => {
                refused(Refusal::TooManyChildren)
            }
            (None, _) if last == Some(time.now_s) => Response::Error(HomeError::Retry {
                after_ms: bounds::RETRY_AFTER_MS,
            }),
            (None, _) => committed(order),
        };
        assert_eq!(*response, expected);
        if known.is_none() && expected == committed(order) {
            head.children.push(child);
            let start = chain_below(&head.end(), &child);
            self.last_child_s.insert(from, time.now_s);
            if let Some(log) = self.all.get_mut(&request.log) {
                log.heads.push(Head::new(child, keys, start));
            }
        }
    }

    fn repair(&mut self, request: &request::Repair, response: &Response) {
        let left: usize = self.all.get(&request.log).map_or(0, |log| {
            log.heads.iter().map(|head| head.repairs.len()).sum()
        });
        let head = self.at(&request.log, &request.head);
        if *response == refused(Refusal::Quota) {
            return assert!(left as u64 >= bounds::MAX_REPAIRS_A_DAY);
        }
        assert_eq!(*response, DONE);
        head.repairs.insert(body_hash(&request.body));
    }

    fn signal(&mut self, from: ConnectionId, request: &request::Signal, response: &Response) {
        let head = self.at(&request.log, &request.head);
        if !head.children.is_empty() {
            return assert_eq!(*response, head.superseded());
        }
        let count = self.signals.entry(from).or_default();
        if matches!(response, Response::Error(HomeError::Retry { .. })) {
            return assert!(*count >= bounds::MAX_SIGNALS);
        }
        assert_eq!(*response, DONE);
        *count += 1;
    }

    fn blob(&mut self, (log, head): &(LogId, HeadId), request: &Request, response: &Response) {
        if let Request::BlobPut(request) = request {
            let head = self.at(log, head);
            let superseded = (!head.children.is_empty()).then(|| head.superseded());
            return self.blobs.put(request, response, superseded);
        }
        // No blob ever becomes whole here, so there is none to get or renew.
        assert_eq!(*response, refused(Refusal::Unknown));
    }

    fn page(&mut self, request: &request::Read, response: &Response, time: Time) {
        let Response::Page(page) = response else {
            unreachable!("no page: {response:?}");
        };
        let Some(log) = self.all.get_mut(&request.log) else {
            unreachable!("a page of nothing");
        };
        log.read = time.lived;
        let Some(head) = log.head(&request.head) else {
            unreachable!("a page of no head");
        };
        let mut next = request.from;
        for entry in &page.entries {
            let place = usize::try_from(entry.seq - 1).ok();
            let known = place.and_then(|at| head.entries.get(at));
            assert_eq!(entry.seq, next);
            assert_eq!(known, Some(&(entry.hash, entry.chain)));
            match &entry.body {
                Some(body) => assert_eq!(body_hash(body), entry.hash),
                None => assert!(time.lived >= bounds::BODY_DAYS),
            }
            next += 1;
        }
        let all_entries = next > head.entries.len() as u64;
        let mut order = request.children_from;
        for child in &page.children {
            order += 1;
            assert!(all_entries && child.order == order);
            let id = head_of_commit(&child.body);
            assert_eq!(head.children.get(order as usize - 1), Some(&id));
            let keys = log.head(&id).map(|head| head.keys);
            assert_eq!(keys, Some((child.write_key, child.read_key)));
        }
        let all = all_entries && order >= head.children.len() as u64;
        // A page that is full to the last byte may leave it to the next to say that it is the end.
        let bodies = page.entries.iter().filter_map(|entry| entry.body.as_ref());
        let full = bodies.map(Vec::len).sum::<usize>() >= bounds::MAX_PAGE_BYTES;
        assert!(page.end == all || (all && full));
        keeps_its_bounds(request, page);
    }

    fn subscribed(&mut self, from: ConnectionId, request: &request::Read, response: &Response) {
        if !matches!(response, Response::Page(page) if page.end) {
            return;
        }
        let head = self.at(&request.log, &request.head);
        let heard = Heard {
            entries: head.entries.len(),
            children: head.children.len(),
        };
        self.heard.insert((from, request.log, request.head), heard);
    }

    /// Requests with which all that should be there is read.
    pub(super) fn everything(&self, nonce: &Nonce) -> Vec<Request> {
        let mut all = Vec::new();
        for (id, log) in &self.all {
            for head in log.heads.iter().filter(|_| !log.gone) {
                let key = (0..4).find(|of| requests::keys(*of).1 == head.keys.1);
                all.push(requests::prove(
                    nonce,
                    *id,
                    head.id,
                    false,
                    key.unwrap_or(0),
                ));
                let many = head.entries.len() as u64;
                for from in [1, many / 2 + 1, many + 1] {
                    all.push(Request::Read(requests::read(*id, head.id, from, 0)));
                }
            }
        }
        all
    }
}

fn keeps_its_bounds(request: &request::Read, page: &Page) {
    let entries = page.entries.iter().filter_map(|entry| entry.body.as_ref());
    let children = page.children.iter().map(|child| &child.body);
    let bytes: usize = entries.chain(children).map(Vec::len).sum();
    let rows = page.entries.len() + page.children.len();
    assert!(
        bytes <= bounds::MAX_PAGE_BYTES || rows == 1,
        "{bytes} bytes"
    );
    assert!(page.entries.len() <= bounds::MAX_PAGE_ENTRIES);
    assert!(page.end || rows > 0, "a page that leads nowhere");
    assert!(page.end || page.repairs.is_empty());
    let mut last = request.repairs_after;
    for repair in &page.repairs {
        assert!(repair.number > last && repair.head != request.head);
        last = repair.number;
    }
}
