//! Frames of both directions. What reads reads back the same once it is written, and is written in
//! deterministic CBOR that says what was read; what does not is refused in words that fit in a frame.

use crate::{Verdict, agree, held};
use data_encoding::HEXLOWER;
use protocol::canonical;
use protocol::frame::{FrameError, MAX_FRAME_BYTES, Request, Response};
use protocol::refusal::HomeError;

/// The longest frame with which a frame is refused.
const MAX_REFUSAL_BYTES: usize = 256;
/// The longest kind that is tried: a little longer than any.
const LONGEST_KIND_BYTES: usize = 70;

pub(crate) fn request(bytes: &[u8]) -> Verdict {
    if let Err(error) = Request::from_frame(&of_some_kind(bytes)) {
        refused(&error);
    }
    match Request::from_frame(bytes) {
        Ok((id, request)) => {
            let again = request.to_frame(id);
            // What the sender left out, as it may, is written.
            if again.len() <= MAX_FRAME_BYTES {
                assert_eq!(Request::from_frame(&again), Ok((id, request)));
            }
            held(canonical::check(&again));
            if canonical::check(bytes).is_ok() {
                agree::check(bytes, &again);
            }
            assert!(
                Request::from_frame(&[bytes, &[0]].concat()).is_err(),
                "a byte too many"
            );
            Verdict::Taken
        }
        Err(error) => refused(&error),
    }
}

pub(crate) fn response(bytes: &[u8]) -> Verdict {
    if let Err(error) = Response::from_frame(&of_some_kind(bytes)) {
        refused(&error);
    }
    match Response::from_frame(bytes) {
        Ok((id, response)) => {
            let again = response.to_frame(id);
            if again.len() <= MAX_FRAME_BYTES {
                assert_eq!(Response::from_frame(&again), Ok((id, response)));
            }
            held(canonical::check(&again));
            if canonical::check(bytes).is_ok() {
                agree::check(bytes, &again);
            }
            assert!(
                Response::from_frame(&[bytes, &[0]].concat()).is_err(),
                "a byte too many"
            );
            Verdict::Taken
        }
        Err(error) => refused(&error),
    }
}

/// A frame whose kind is whatever the bytes say as text, as long as a kind may be or a little longer:
/// hardly any change of a frame's bytes leaves a longer text that is one.
fn of_some_kind(bytes: &[u8]) -> Vec<u8> {
    let text = String::from_utf8_lossy(bytes.get(..LONGEST_KIND_BYTES).unwrap_or(bytes));
    let end = text.floor_char_boundary(LONGEST_KIND_BYTES);
    let kind = text.get(..end).unwrap_or_default();
    let mut frame = vec![0x84, 1, 1, 0x78, kind.len() as u8];
    frame.extend(kind.as_bytes());
    frame.push(0xa0);
    frame
}

fn refused(error: &FrameError) -> Verdict {
    let what = error.to_string();
    assert!(!what.chars().any(char::is_control), "{what:?}");
    let answer = Response::Error(HomeError::Invalid { what });
    let frame = answer.to_frame(error.id());
    assert!(frame.len() <= MAX_REFUSAL_BYTES, "{answer:?}");
    assert_eq!(Response::from_frame(&frame), Ok((error.id(), answer)));
    Verdict::Refused
}

/// The golden vectors of one direction.
fn golden(json: &str) -> Vec<Vec<u8>> {
    let vectors: Vec<serde_json::Value> = held(serde_json::from_str(json));
    let frames = vectors.iter().filter_map(|one| one.get("hex")?.as_str());
    frames
        .map(|hex| held(HEXLOWER.decode(hex.as_bytes())))
        .collect()
}

pub(crate) fn request_seeds() -> Vec<Vec<u8>> {
    golden(include_str!(
        "../../../crates/protocol/vectors/requests.json"
    ))
}

pub(crate) fn response_seeds() -> Vec<Vec<u8>> {
    golden(include_str!(
        "../../../crates/protocol/vectors/responses.json"
    ))
}
