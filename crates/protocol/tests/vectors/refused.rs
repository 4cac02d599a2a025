//! Bytes and texts that must be refused, and the words in which they are.

use crate::golden::{check, hex};
use crate::links::{invitation, payload};
use data_encoding::BASE64URL_NOPAD;
use protocol::frame::{MAX_FRAME_BYTES, Request, Response};
use protocol::hash::sha256;
use protocol::home_invitation;
use protocol::home_url::HomeUrl;
use protocol::id::{HeadId, LogId, Nonce};
use protocol::invitation::Invitation;
use protocol::name::Name;
use protocol::request::{Hello, Read};
use serde::Serialize;

#[derive(Serialize)]
struct Frame {
    name: &'static str,
    /// Whether a home or a client reads it.
    read_as: &'static str,
    hex: String,
    /// The id that the answer carries.
    id: u64,
    error: String,
}

#[derive(Serialize)]
struct Text {
    name: &'static str,
    read_as: &'static str,
    text: String,
    error: String,
}

fn hello() -> Vec<u8> {
    let nonce = Nonce::new([0x01; 32]);
    Request::Hello(Hello { nonce }).to_frame(7)
}

fn read() -> Vec<u8> {
    Request::Read(Read {
        log: LogId::new([0x10; 16]),
        head: HeadId::new([0x11; 32]),
        from: 1,
        children_from: 0,
        repairs_after: 0,
    })
    .to_frame(7)
}

/// A frame with one run of bytes replaced by another.
fn replaced(frame: &[u8], from: &[u8], to: &[u8]) -> Vec<u8> {
    let at = frame
        .windows(from.len())
        .position(|window| window == from)
        .unwrap();
    [&frame[..at], to, &frame[at + from.len()..]].concat()
}

fn frames() -> Vec<(&'static str, Vec<u8>)> {
    let hello = hello();
    let long_key = [&[0x58, 0x21][..], &[0x01; 33]].concat();
    let key = [&[0x58, 0x20][..], &[0x01; 32]].concat();
    let kind = |text: &str| {
        let text = [&[0x78, u8::try_from(text.len()).unwrap()], text.as_bytes()].concat();
        replaced(&hello, b"\x65hello", &text)
    };
    let mut version = hello.clone();
    version[1] = 2;
    let mut three = hello.clone();
    three[0] = 0x83;
    vec![
        ("nothing at all", vec![]),
        ("not an array", vec![0xa0]),
        ("an array of three", three),
        ("unknown version", version),
        (
            "unknown version with another shape",
            vec![0x82, 0x18, 0x2a, 0x07],
        ),
        (
            "unknown version without an id",
            vec![0x82, 0x02, 0x61, 0x78],
        ),
        ("unknown kind", replaced(&hello, b"\x65hello", b"\x65dance")),
        (
            "unknown kind with a line break",
            replaced(&hello, b"\x65hello", b"\x65da\nce"),
        ),
        ("kind of 65 bytes", kind(&"x".repeat(65))),
        ("the id is a text", replaced(&hello, b"\x07", b"\x61\x07")),
        ("bytes after the frame", [&hello[..], &[0x00]].concat()),
        (
            "the body is an array",
            replaced(&hello, b"\xa1\x00", b"\x81"),
        ),
        (
            "a field is missing",
            replaced(&hello, &[&[0xa1, 0x00], &key[..]].concat(), &[0xa0]),
        ),
        ("a field of another type", replaced(&hello, &key, &[0x05])),
        ("cut within the body", hello[..hello.len() - 1].to_vec()),
        ("cut within the kind", hello[..5].to_vec()),
        ("a key of 33 bytes", replaced(&hello, &key, &long_key)),
        (
            "a log id of 15 bytes",
            replaced(&read(), &[0x50, 0x10], &[0x4f]),
        ),
        (
            "a response where a request is due",
            Response::Done(protocol::response::Done {}).to_frame(7),
        ),
    ]
}

#[test]
fn every_frame_that_is_none_has_its_pinned_refusal() {
    let mut vectors: Vec<Frame> = frames()
        .into_iter()
        .map(|(name, bytes)| {
            let error = Request::from_frame(&bytes).unwrap_err();
            Frame {
                name,
                read_as: "request",
                hex: hex(&bytes),
                id: error.id(),
                error: error.to_string(),
            }
        })
        .collect();
    let error = Response::from_frame(&hello()).unwrap_err();
    vectors.push(Frame {
        name: "a request where a response is due",
        read_as: "response",
        hex: hex(&hello()),
        id: error.id(),
        error: error.to_string(),
    });
    check("refused_frames.json", &vectors);
}

#[test]
fn a_frame_above_the_bound_is_refused_in_these_words() {
    let error = Request::from_frame(&vec![0; MAX_FRAME_BYTES + 1]).unwrap_err();
    assert_eq!(error.id(), 0);
    assert_eq!(
        error.to_string(),
        "a frame has at most 2162688 bytes, found 2162689"
    );
}

/// A link around any payload, with the right check.
fn link(home: &str, payload: &[u8]) -> String {
    let mut bytes = sha256(&[b"kith/invitation", payload])[..4].to_vec();
    bytes.extend(payload);
    format!("{home}/#/i/{}", BASE64URL_NOPAD.encode(&bytes))
}

fn links() -> Vec<(&'static str, String)> {
    let home = "https://home.example";
    let good = invitation(home, "Ada").to_link();
    let cbor = payload(&good);
    let mut swapped = cbor.clone();
    swapped[3] = 0x02;
    let tail = |cut: usize| good[..good.len() - cut].to_owned();
    vec![
        ("another site's link", "https://example.org/+abc".to_owned()),
        ("a plain http home", good.replacen("https", "http", 1)),
        ("cut short", tail(8)),
        ("one character changed", tail(1) + "_"),
        ("a second home in front", good.replacen("home.", "away.", 1)),
        (
            "version 2",
            link(home, &replaced(&cbor, &[0x82, 0x01], &[0x82, 0x02])),
        ),
        (
            "a number not in its shortest form",
            link(home, &replaced(&cbor, &[0x82, 0x01], &[0x82, 0x18, 0x01])),
        ),
        (
            "an indefinite array",
            link(home, &[&[0x9f][..], &cbor[1..], &[0xff]].concat()),
        ),
        ("a key twice", link(home, &swapped)),
        (
            "bytes after the payload",
            link(home, &[&cbor[..], &[0x00]].concat()),
        ),
        (
            "a name of two lines",
            link(home, &replaced(&cbor, b"\x63Ada", b"\x63A\na")),
        ),
        (
            "an address in capitals inside",
            link(home, &replaced(&cbor, b"\x74https", b"\x74HTTPS")),
        ),
        (
            "a name with blanks around it",
            link(home, &replaced(&cbor, b"\x63Ada", b"\x63Ad ")),
        ),
        (
            "a key of 31 bytes",
            link(home, &replaced(&cbor, &[0x58, 0x20, 0x33], &[0x58, 0x1f])),
        ),
    ]
}

fn refused<T: std::fmt::Debug, E: std::fmt::Display>(
    read_as: &'static str,
    (name, text): (&'static str, String),
    parse: impl Fn(&str) -> Result<T, E>,
) -> Text {
    let Err(error) = parse(&text) else {
        panic!("{name} was taken for {read_as}");
    };
    let error = error.to_string();
    Text {
        name,
        read_as,
        text,
        error,
    }
}

#[test]
fn every_text_that_is_none_has_its_pinned_refusal() {
    let owned = |(name, text): (&'static str, &str)| (name, text.to_owned());
    let homes = [
        ("no scheme", "home.example"),
        ("plain http", "http://home.example"),
        ("a path", "https://home.example/kith"),
        ("a password", "https://ada:secret@home.example"),
    ];
    let names = [("blank", " \t "), ("two lines", "a\nb")];
    let invitations = [
        ("another prefix", "hello"),
        (
            "cut short",
            "kith-home-emrsgizdemrsgizdemrsgizdemrsgizdemrsgi",
        ),
        ("not base32", "kith-home-1111"),
    ];
    let mut vectors: Vec<Text> = links()
        .into_iter()
        .map(|case| refused("invitation", case, Invitation::from_link))
        .collect();
    vectors.extend(homes.map(|case| refused("home address", owned(case), HomeUrl::parse)));
    vectors.extend(names.map(|case| refused("name", owned(case), Name::parse)));
    vectors.extend(
        invitations.map(|case| refused("home invitation", owned(case), home_invitation::from_text)),
    );
    check("refused_texts.json", &vectors);
}
