//! Files that would become much larger, or ask for much memory, in whoever looked into them. Nobody does: they are sealed,
//! sent, shown and saved as the bytes that they are.

use std::path::Path;

use super::attached::{arguments, bytes, content, last, write};
use super::large::most_kib;
use crate::support::person::{Person, acquainted};

/// Bytes of each file.
const BYTES: usize = 500_000;
/// What may be held more for a bomb than for noise of its length, in KiB. Opened, each would take gigabytes.
const MORE_KIB: u64 = 8 * 1024;

/// Zeros as a raw stream of DEFLATE (RFC 1951 §3.2.6): 258 of them in 13 bits, a thousandfold less.
fn deflated_zeros(length: usize) -> Vec<u8> {
    let (mut stream, mut bit) = (vec![0_u8; length], 0);
    let mut put = |bits: &str| {
        for one in bits.bytes() {
            if let Some(byte) = stream.get_mut(bit / 8) {
                *byte |= (one - b'0') << (bit % 8);
            }
            bit += 1;
        }
        bit / 8 < length - 2
    };
    // The last block, of fixed codes; a zero; then "258 times what was before", and the end.
    put("110");
    put("00110000");
    while put("1100010100000") {}
    put("0000000");
    stream
}

/// An archive of one file that says it has 4 GiB.
fn zip() -> Vec<u8> {
    let stream = deflated_zeros(BYTES);
    let mut sizes = [0; 12];
    sizes[4..8].copy_from_slice(&(BYTES as u32).to_le_bytes());
    sizes[8..].copy_from_slice(&(u32::MAX - 1).to_le_bytes());
    let version_to_time = [20, 0, 0, 0, 8, 0, 0, 0, 0x21, 0];
    let local = [
        b"PK\x03\x04",
        &version_to_time[..],
        &sizes,
        &[1, 0, 0, 0],
        b"0",
    ]
    .concat();
    let central = [
        b"PK\x01\x02\x14\0",
        &version_to_time[..],
        &sizes,
        &[1, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0],
        b"0",
    ];
    let central = central.concat();
    let mut end = b"PK\x05\x06\0\0\0\0\x01\0\x01\0".to_vec();
    end.extend((central.len() as u32).to_le_bytes());
    end.extend(((local.len() + stream.len()) as u32).to_le_bytes());
    end.extend([0, 0]);
    [local, stream, central, end].concat()
}

/// A picture that says it is 60,000 by 60,000, so that its points alone take 14 GB. Its sums are wrong: nobody looks.
fn png() -> Vec<u8> {
    let side = 60_000_u32.to_be_bytes();
    let chunk = |kind: &[u8; 4], content: &[u8]| {
        let length = (content.len() as u32).to_be_bytes();
        [&length[..], kind, content, &[0; 4]].concat()
    };
    let header = [&side[..], &side, &[8, 6, 0, 0, 0]].concat();
    let points = [&[0x78, 0xda][..], &deflated_zeros(BYTES)].concat();
    let chunks = [
        chunk(b"IHDR", &header),
        chunk(b"IDAT", &points),
        chunk(b"IEND", &[]),
    ];
    [b"\x89PNG\r\n\x1a\n", &chunks.concat()[..]].concat()
}

/// What it takes at most to send, show and save a file, in KiB.
fn taken(ada: &Person, ben: &Person, file: &Path) -> u64 {
    let sending = most_kib(ben, &arguments("Ada", "", &[file]));
    ada.sync().ok();
    let showing = most_kib(ada, &["show".into(), "Ben".into()]);
    let item = last(ada, "Ben")["item"].as_str().unwrap().to_owned();
    let out = ada.folder().join("saved");
    std::fs::create_dir_all(&out).unwrap();
    let saved = ["save", &item, "--out", out.to_str().unwrap()].map(str::to_owned);
    sending.max(showing).max(most_kib(ada, &saved))
}

#[test]
fn bombs_are_sent_shown_and_saved_as_they_are_and_take_no_more_than_other_files() {
    let (_home, ada, ben) = acquainted();
    let noise = write(&ben, "noise.bin", &bytes(1, BYTES));
    let usual = taken(&ada, &ben, &noise);
    for (name, bomb, media_type) in [
        ("a.zip", zip(), "application/zip"),
        ("a.png", png(), "image/png"),
    ] {
        let file = write(&ben, name, &bomb);
        let most = taken(&ada, &ben, &file);
        assert!(
            usual > 0 && most < usual + MORE_KIB,
            "{usual} and {most} KiB"
        );
        let item = last(&ada, "Ben");
        let sent = (&item["files"][0]["bytes"], &item["files"][0]["type"]);
        assert_eq!(sent, (&bomb.len().into(), &media_type.into()));
        let saved = serde_json::json!({ "file": ada.folder().join("saved").join(name) });
        assert!(content(&saved) == bomb, "{name}");
    }
}
