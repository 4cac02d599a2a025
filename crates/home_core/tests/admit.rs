//! The first stage: what it lets through, and what it answers instead.

use ed25519_dalek::SigningKey;
use home_core::admit;
use proptest::prelude::{any, proptest};
use protocol::frame::Request;
use protocol::id::{
    CapabilityHash, DeviceLabel, HeadId, HomeKey, InboxId, LogId, Nonce, Signature, TokenHash,
    UseId,
};
use protocol::proof::{self, Right};
use protocol::refusal::HomeError;
use protocol::request;
use protocol::secret::CapabilitySecret;

const HOME: HomeKey = HomeKey::new([1; 32]);
const NONCE: Nonce = Nonce::new([2; 32]);
const LOG: LogId = LogId::new([3; 16]);
const HEAD: HeadId = HeadId::new([4; 32]);
const INBOX: InboxId = InboxId::new([5; 16]);
const DEVICE: DeviceLabel = DeviceLabel::new([6; 16]);

fn signer() -> SigningKey {
    SigningKey::from_bytes(&[9; 32])
}

fn prove() -> request::Prove {
    let message = proof::right_message(&HOME, &NONCE, &LOG, &HEAD, Right::Read);
    request::Prove {
        log: LOG,
        head: HEAD,
        right: Right::Read,
        key: signer().verifying_key().to_bytes(),
        signature: proof::sign(&signer(), &message),
    }
}

fn append(bytes: usize) -> Request {
    Request::Append(request::Append {
        log: LOG,
        head: HEAD,
        body: vec![0; bytes],
    })
}

fn knock(bytes: usize) -> Request {
    Request::Knock(request::Knock {
        inbox: INBOX,
        capability: CapabilitySecret::new([7; 32]),
        use_id: UseId::new([8; 16]),
        item: vec![0; bytes],
    })
}

fn publish(count: usize, bytes: usize, list: usize) -> Request {
    Request::Publish(request::Publish {
        inbox: INBOX,
        device: DEVICE,
        device_list: Some(vec![0; list]),
        key_packages: vec![vec![0; bytes].into(); count],
        last_resort: None,
    })
}

fn acknowledge(numbers: Vec<u64>) -> Request {
    Request::Acknowledge(request::Acknowledge {
        inbox: INBOX,
        device: DEVICE,
        numbers,
    })
}

fn allow(count: usize) -> Request {
    let tokens = vec![TokenHash::new([1; 32]); count];
    Request::Allow(request::Allow {
        inbox: INBOX,
        tokens,
    })
}

fn read(from: u64, children_from: u64, repairs_after: u64) -> Request {
    Request::Read(request::Read {
        log: LOG,
        head: HEAD,
        from,
        children_from,
        repairs_after,
    })
}

fn repair(bytes: usize) -> Request {
    Request::Repair(request::Repair {
        log: LOG,
        head: HEAD,
        body: vec![0; bytes],
    })
}

fn grant(label: usize, expires: u64, uses: Option<u32>, pays: bool) -> Request {
    Request::GrantCapability(request::GrantCapability {
        inbox: INBOX,
        capability: CapabilityHash::new([1; 32]),
        uses,
        expires: Some(expires),
        pays,
        label: Some(vec![0; label]),
    })
}

#[test]
fn each_bound_holds_exactly() {
    for (request, admitted) in [
        (append(512), true),
        (append(1 << 20), true),
        (append(511), false),
        (append(1_000), false),
        (append(2 << 20), false),
        (knock(512), true),
        (knock(513), false),
        (publish(100, 1, 64 << 10), true),
        (publish(101, 1, 0), false),
        (publish(1, 64 << 10, 0), true),
        (publish(1, (64 << 10) + 1, 0), false),
        (publish(1, 0, 0), false),
        (publish(0, 0, (64 << 10) + 1), false),
        (acknowledge(vec![1; 1_000]), true),
        (acknowledge(vec![1; 1_001]), false),
        (acknowledge(vec![u64::MAX]), false),
        (allow(32), true),
        (allow(33), false),
        (read(1, 0, 0), true),
        (read(0, 0, 0), false),
        (read(u64::MAX, 0, 0), false),
        (read(1, u64::MAX, 0), false),
        (read(1, 0, u64::MAX), false),
        (repair(8_192), true),
        (repair(8_191), false),
        (repair(16_384), false),
        (grant(1_024, 1, Some(1), true), true),
        (grant(1_025, 1, Some(1), true), false),
        (grant(0, u64::MAX, Some(1), true), false),
        (grant(0, 1, None, true), false),
        (grant(0, 1, None, false), true),
    ] {
        let result = admit(&request.to_frame(3), &HOME, &NONCE);
        let kind = request.kind();
        match result {
            Ok((id, _)) => assert!(admitted && id == 3, "{kind} was admitted"),
            Err((id, error)) => {
                assert!(!admitted && id == 3, "{kind} was refused: {error:?}");
                assert!(matches!(error, HomeError::Invalid { .. }));
            }
        }
    }
}

#[test]
fn a_proof_is_admitted_for_its_home_connection_head_and_right_alone() {
    let admitted = |prove: request::Prove, home: &HomeKey, nonce: &Nonce| {
        admit(&Request::Prove(prove).to_frame(1), home, nonce).is_ok()
    };
    assert!(admitted(prove(), &HOME, &NONCE));
    assert!(!admitted(prove(), &HomeKey::new([9; 32]), &NONCE));
    assert!(!admitted(prove(), &HOME, &Nonce::new([9; 32])));
    let mut other = prove();
    other.right = Right::Write;
    assert!(!admitted(other, &HOME, &NONCE));
    let mut other = prove();
    other.head = HeadId::new([9; 32]);
    assert!(!admitted(other, &HOME, &NONCE));
    let mut other = prove();
    other.key = [1; 32];
    assert!(!admitted(other, &HOME, &NONCE));
}

#[test]
fn no_refusal_repeats_what_was_sent() {
    let mut request = prove();
    request.signature = Signature::new([0x41; 64]);
    let (_, error) = admit(&Request::Prove(request).to_frame(1), &HOME, &NONCE).unwrap_err();
    let HomeError::Invalid { what } = error else {
        panic!("not invalid");
    };
    assert_eq!(
        what,
        "the signature does not verify under the key that was named"
    );
}

proptest! {
    #[test]
    fn any_bytes_get_an_answer(bytes in proptest::collection::vec(any::<u8>(), 0..400)) {
        let _ = admit(&bytes, &HOME, &NONCE);
    }

    #[test]
    fn a_damaged_proof_is_never_admitted_as_another(at in 0usize..250, flip in 1u8..) {
        let whole = Request::Prove(prove()).to_frame(1);
        let mut bytes = whole.clone();
        let index = at % bytes.len();
        bytes[index] ^= flip;
        if let Ok((_, admitted)) = admit(&bytes, &HOME, &NONCE) {
            // Only the request's number is not signed.
            let (_, original) = admit(&whole, &HOME, &NONCE).unwrap();
            assert_eq!(admitted, original);
        }
    }
}

#[test]
fn an_admitted_request_is_counted_by_its_kind_on_the_wire() {
    let read = || request::Read {
        log: LOG,
        head: HEAD,
        from: 1,
        children_from: 0,
        repairs_after: 0,
    };
    for request in [
        Request::Hello(request::Hello { nonce: NONCE }),
        Request::Prove(prove()),
        Request::Read(read()),
        Request::Subscribe(read()),
        append(512),
        knock(512),
    ] {
        let (_, admitted) = admit(&request.to_frame(1), &HOME, &NONCE).unwrap();
        assert_eq!(admitted.kind().name(), request.kind());
    }
}
