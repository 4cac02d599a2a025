//! How the handling of one request ends when it does not end with a result.

use crate::store_error::StoreError;
use protocol::frame::Response;
use protocol::refusal::{HomeError, Refusal};
use protocol::response::Done;

/// Why there is no result: the client gets an answer, or the home stops.
#[derive(Debug)]
pub(crate) enum Stop {
    Answer(HomeError),
    Store(StoreError),
}

/// What handling one request gives.
pub(crate) type Outcome = Result<Response, Stop>;

impl From<HomeError> for Stop {
    fn from(error: HomeError) -> Self {
        Self::Answer(error)
    }
}

impl From<Refusal> for Stop {
    fn from(why: Refusal) -> Self {
        Self::Answer(why.into())
    }
}

impl From<StoreError> for Stop {
    fn from(error: StoreError) -> Self {
        Self::Store(error)
    }
}

/// Done; there is nothing to say.
pub(crate) const DONE: Response = Response::Done(Done {});
