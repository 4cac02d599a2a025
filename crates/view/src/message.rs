//! What goes between a page and its worker, as bytes of a transferred buffer.

use crate::news::News;
use crate::question::{Ask, Question};
use crate::refused::Refused;
use serde::{Deserialize, Serialize};
use zeroize::Zeroizing;

/// What a page sends.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ToWorker {
    /// Comes back with the answer.
    pub id: u32,
    /// What is asked.
    pub ask: Ask,
}

/// What a worker sends.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub enum FromWorker {
    /// The answer to a question: of the type that the question says, or why there is none ([`answer`]).
    Answered(u32, Vec<u8>),
    /// Something has changed.
    News(News),
}

/// Bytes are no message, or a value cannot be one: page and worker are not of one build.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("page and worker do not understand each other; load the page anew")]
pub struct MessageError;

impl ToWorker {
    /// As bytes, which are wiped when they are dropped: there may be a secret in them.
    ///
    /// # Errors
    /// [`MessageError`].
    pub fn encode(&self) -> Result<Zeroizing<Vec<u8>>, MessageError> {
        // Long enough for every secret, so that nothing is left behind where the buffer grows.
        let mut bytes = Zeroizing::new(vec![
            0;
            postcard::experimental::serialized_size(self)
                .map_err(|_| MessageError)?
        ]);
        postcard::to_slice(self, &mut bytes).map_err(|_| MessageError)?;
        Ok(bytes)
    }

    /// Reads it.
    ///
    /// # Errors
    /// [`MessageError`].
    pub fn decode(bytes: &[u8]) -> Result<Self, MessageError> {
        postcard::from_bytes(bytes).map_err(|_| MessageError)
    }
}

impl FromWorker {
    /// As bytes.
    ///
    /// # Errors
    /// [`MessageError`].
    pub fn encode(&self) -> Result<Vec<u8>, MessageError> {
        postcard::to_stdvec(self).map_err(|_| MessageError)
    }

    /// Reads it.
    ///
    /// # Errors
    /// [`MessageError`].
    pub fn decode(bytes: &[u8]) -> Result<Self, MessageError> {
        postcard::from_bytes(bytes).map_err(|_| MessageError)
    }
}

/// The answer to a question, for [`FromWorker::Answered`].
///
/// # Errors
/// [`MessageError`].
pub fn answer<Q: Question>(answer: &Result<Q::Answer, Refused>) -> Result<Vec<u8>, MessageError> {
    postcard::to_stdvec(answer).map_err(|_| MessageError)
}

/// Reads the answer to a question.
///
/// # Errors
/// [`MessageError`].
pub fn answered<Q: Question>(bytes: &[u8]) -> Result<Result<Q::Answer, Refused>, MessageError> {
    postcard::from_bytes(bytes).map_err(|_| MessageError)
}

#[cfg(test)]
mod tests {
    use super::{FromWorker, ToWorker, answer, answered};
    use crate::question::{Open, ReadLink};
    use crate::{Ask, Invitation, Kind, News, Opening, Refused, Secret};
    use proptest::prelude::{any, proptest};

    #[test]
    fn a_question_and_its_answer_come_back_as_they_went() {
        let opening = Opening::Passphrase(Secret::new(b"lamp river".to_vec()));
        let question = ToWorker {
            id: 7,
            ask: Ask::from(Open { opening }),
        };
        let bytes = question.encode().unwrap();
        assert_eq!(ToWorker::decode(&bytes).unwrap(), question);

        for said in [
            Ok(Invitation {
                name: "Ada".into(),
                home: "example.org".into(),
                mine: false,
            }),
            Err(Refused::new(Kind::Invalid, "The link is incomplete.")),
        ] {
            let bytes = answer::<ReadLink>(&said).unwrap();
            assert_eq!(answered::<ReadLink>(&bytes).unwrap(), said);
        }
    }

    proptest! {
        #[test]
        fn any_bytes_are_read_without_harm(bytes in any::<Vec<u8>>()) {
            let _ = ToWorker::decode(&bytes);
            let _ = FromWorker::decode(&bytes);
        }
    }

    #[test]
    fn news_come_back_as_they_went() {
        let news = FromWorker::News(News::Ready);
        assert_eq!(FromWorker::decode(&news.encode().unwrap()).unwrap(), news);
    }
}
