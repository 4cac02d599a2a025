//! The first stage of a home: whatever is admitted has the form that the second stage counts on, and what
//! is not is answered with its number.

use crate::home::requests;
use crate::{Verdict, form};
use home_core::admit;
use protocol::frame::{Request, Response};
use protocol::refusal::HomeError;

pub(crate) fn run(bytes: &[u8]) -> Verdict {
    let read = Request::from_frame(bytes);
    match admit(bytes, &requests::home_key(), &requests::nonce(1)) {
        Ok((id, admitted)) => {
            let Ok((read_id, request)) = read else {
                unreachable!("what is no frame was admitted: {read:?}");
            };
            assert!(id == read_id && id > 0);
            let form = form::holds(&request, &requests::home_key(), &requests::nonce(1));
            assert!(form, "{request:?}");
            let numberless = request.to_frame(0);
            assert!(admit(&numberless, &requests::home_key(), &requests::nonce(1)).is_err());
            assert_eq!(admitted.kind().name(), request.kind());
            assert_eq!(admitted.log(), requests::log_of(&request));
            Verdict::Taken
        }
        Err((id, error)) => {
            let known = match &read {
                Ok((id, request)) => {
                    let form = form::holds(request, &requests::home_key(), &requests::nonce(1));
                    assert!(*id == 0 || !form, "{request:?}");
                    *id
                }
                Err(error) => error.id(),
            };
            assert_eq!(id, known);
            assert!(matches!(error, HomeError::Invalid { .. }), "{error:?}");
            let answer = Response::Error(error);
            let frame = answer.to_frame(id);
            assert_eq!(Response::from_frame(&frame), Ok((id, answer)));
            Verdict::Refused
        }
    }
}

pub(crate) fn seeds() -> Vec<Vec<u8>> {
    let all = [requests::one_of_each(), requests::at_their_bounds()].concat();
    all.iter()
        .zip(1..)
        .map(|(request, id)| request.to_frame(id))
        .collect()
}
