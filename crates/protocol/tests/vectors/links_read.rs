//! What is said of links, whole and spoilt: whoever reads invitations by other code must say the same. The page of a home
//! does, in a browser's own language (`apps/kith/src/home/page/invitation.js`).

mod payloads;

use crate::golden::check;
use crate::links::{invitation, payload};
use data_encoding::BASE64URL_NOPAD;
use protocol::hash::sha256;
use protocol::invitation::{Invitation, InvitationError};
use serde::Serialize;
use serde_json::{Value, json};

/// How many links are drawn of each kind of spoiling.
const DRAWN: u32 = 40;
const HOME: &str = "https://home.example";
const ENGLAND: &str = "🏴\u{e0067}\u{e0062}\u{e0065}\u{e006e}\u{e0067}\u{e007f}";

#[derive(Serialize)]
struct Read {
    what: String,
    link: String,
    says: Value,
}

/// Keys stand in the order of the alphabet, so that the file is the same whether `serde_json` keeps their order or sorts
/// them: it does as any crate of the same build wants.
fn read(what: &str, link: String) -> Read {
    let says = match Invitation::from_link(&link) {
        Ok(read) => json!({ "name": read.name.seen().as_str(), "verdict": "invitation" }),
        Err(InvitationError::Foreign) => json!({ "verdict": "foreign" }),
        Err(InvitationError::Damaged) => json!({ "verdict": "damaged" }),
        Err(InvitationError::Version { found }) => {
            json!({ "found": found.to_string(), "verdict": "version" })
        }
        Err(InvitationError::TwoHomes { outside, inside }) => {
            json!({ "inside": inside, "outside": outside, "verdict": "two-homes" })
        }
    };
    let what = what.to_owned();
    Read { what, link, says }
}

/// The link of a payload with a check that fits it.
fn link(before: &str, payload: &[u8]) -> String {
    let check = sha256(&[b"kith/invitation", payload]);
    let bytes = [&check[..4], payload].concat();
    format!("{before}/#/i/{}", BASE64URL_NOPAD.encode(&bytes))
}

fn named(name: &str) -> Read {
    read("a name", link(HOME, &payloads::whole(HOME, name)))
}

const NAMES: &[&str] = &[
    "Ada",
    "Jürgen",
    "Ju\u{308}rgen",
    "مريم",
    "שָׁלוֹם",
    "می\u{200c}خواهم",
    "රාජ\u{dca}\u{200d}ය",
    "ᠮᠣᠩᠭᠣᠯ\u{180b}",
    "葛\u{e0100}城",
    "❤\u{fe0f}\u{200d}🔥",
    "1\u{fe0f}\u{20e3}",
    "👩🏽\u{200d}⚕\u{fe0f}",
    ENGLAND,
    "🏴\u{e0067}",
    "🏴\u{e0061}\u{e0061}\u{e0061}\u{e0061}\u{e0061}\u{e0061}\u{e0061}\u{e007f}",
    "🏴\u{e007f}",
    "🏴\u{e0061}\u{e0062}\u{e007f}",
    "\u{600}1",
    "<b>Ada</b> & \"Ben\"",
    "a � b",
    "A\u{200b}da",
    "Ada\u{2060}\u{feff}",
    "\u{feff}Ada",
    "\u{3164}",
    "a\u{ffa0}\u{115f}",
    "\u{2800}",
    "a\u{ad}b",
    "a\u{fff9}b",
    "a\u{fffe}",
    "a\u{2028}b",
    "a\u{2029}b",
    "\u{3164} \u{3164}",
    "a\u{200d}\u{200d}b",
    "a\u{fe0f}\u{fe0f}",
    "\u{301}a",
    "a \u{301}",
    "a\u{301}\u{302}\u{303}\u{304}\u{305}\u{306}",
    "a\u{301}\u{302}\u{303}\u{304}\u{305}\u{200d}b",
    "a\u{301}\u{302}\u{303}\u{fe0f}\u{304}",
    "a\u{202e}b",
    "a\u{200e}b",
    "a\u{61c}b",
    "a\u{2066}b",
    "a\nb",
    "a\u{85}b",
    "",
    " Ada",
    "Ada\u{3000}",
    "Ada\u{a0}B",
];

fn names() -> Vec<Read> {
    let long = "x".repeat(128);
    let long_ones = [
        format!("{long}x"),
        "é".repeat(65),
        "a\u{ad}".repeat(42),
        format!("{}{ENGLAND}", "a\u{ad}".repeat(26)),
        long,
    ];
    let short_ones = NAMES.iter().copied();
    short_ones
        .chain(long_ones.iter().map(String::as_str))
        .map(named)
        .collect()
}

/// What stands before a payload, its mark included.
const FRONTS: &[&str] = &[
    "https://home.example/#/i/",
    "  https://home.example/#/i/",
    "\u{85}\u{2003}https://home.example/#/i/",
    "\u{feff}https://home.example/#/i/",
    "https://HOME.example/#/i/",
    "https://home.example:443/#/i/",
    "https://home.example:8440/#/i/",
    "https://home.example?/#/i/",
    "https://home.example/?x=y#/i/",
    "https://home.example/a/#/i/",
    "https://home.example/#/j/",
    "https://home.example/#i/",
    "https://home.example#/i/",
    "https://u@home.example/#/i/",
    "https://other.example/#/i/",
    "https://münchen.example/#/i/",
    "http://home.example/#/i/",
    "http://localhost/#/i/",
    "http://localhost.example/#/i/",
    "http://127.0.0.1:8440/#/i/",
    "http://127.1/#/i/",
    "http://127.3.4.5/#/i/",
    "http://128.0.0.1/#/i/",
    "http://[::1]:1/#/i/",
    "http://[::2]/#/i/",
    "https:/ home.example/#/i/",
    "https:home.example/#/i/",
    "https://home*example/#/i/",
    "https://home%2aexample/#/i/",
    "https://home%252aexample/#/i/",
    "https://home%2fexample/#/i/",
    "https://home%7fexample/#/i/",
    "https://home%e9example/#/i/",
    "https://l%6fcalhost/#/i/",
    "https://a!\"$&'()+,-;=_`{}~b.example/#/i/",
    "https://a^b.example/#/i/",
    "https://a|b.example/#/i/",
    "https://home.example./#/i/",
    "ftp://home.example/#/i/",
    "home.example/#/i/",
    "/#/i/",
    "#/i/",
    "",
    "https://home.example/#/i//#/i/",
];

fn fronts() -> Vec<Read> {
    let whole = invitation(HOME, "Ada").to_link();
    let (_, behind) = whole.split_once("/#/i/").unwrap();
    let front = |front: &str| read("in front", format!("{front}{behind}"));
    let long_ones = [
        format!("https://{}.example/#/i/", "a".repeat(250)),
        format!("https://home.example:{}443/#/i/", "0".repeat(240)),
    ];
    let short_ones = FRONTS.iter().copied();
    let mut read_ones: Vec<Read> = short_ones
        .chain(long_ones.iter().map(String::as_str))
        .map(front)
        .collect();
    for (what, link) in [
        ("a blank behind", format!("{whole} \n")),
        ("twice", format!("{whole}{whole}")),
        ("padded", format!("{whole}=")),
        ("a letter more", format!("{whole}A")),
        ("escaped", format!("{whole}%20")),
        (
            "in the other alphabet",
            whole.replace('-', "+").replace('_', "/"),
        ),
        ("a balloon", format!("{HOME}/#/i/🎈")),
        ("too long", format!("{whole}{}", "A".repeat(4096))),
        ("as long as may be", format!("{HOME}/#/i/{:A<4071}", "")),
        ("nothing behind", format!("{HOME}/#/i/")),
        ("of somebody else", "https://t.me/+AbCdEfGh".to_owned()),
    ] {
        read_ones.push(read(what, link));
    }
    for name in ["A", "Ad", "Ada"] {
        let mut letters = invitation(HOME, name).to_link().into_bytes();
        // The next letter says the same bytes, where some of its bits stand for none.
        *letters.last_mut().unwrap() += 1;
        let spelt = String::from_utf8(letters).unwrap();
        read_ones.push(read("another last letter", spelt));
    }
    read_ones
}

/// Payloads that say something else than an invitation of version 1.
fn others() -> Vec<Read> {
    let others = payloads::others(HOME).into_iter();
    let link = |(what, payload): (&str, Vec<u8>)| read(what, link(HOME, &payload));
    others.map(link).collect()
}

/// Numbers that look as if drawn, the same ever after.
fn drawn(what: &str, number: u32) -> [usize; 4] {
    let hash = sha256(&[what.as_bytes(), &number.to_be_bytes()]);
    let at = |from: usize| usize::from(u16::from_be_bytes([hash[from], hash[from + 1]]));
    [at(0), at(2), at(4), at(6)]
}

fn spoilt() -> Vec<Read> {
    let names = ["Ada", "مريم", "A\u{200b}da", "👩🏽\u{200d}⚕\u{fe0f} Ben"];
    let mut spoilt = Vec::new();
    for number in 0..DRAWN {
        let [which, at, to, more] = drawn("spoilt", number);
        let whole = invitation(HOME, names[which % names.len()]).to_link();
        let at_letter = at % whole.len();
        spoilt.push(read("cut", whole[..at_letter].to_owned()));
        let letter = b"AZaz09-_/#.%= "[to % 14];
        let mut letters = whole.clone().into_bytes();
        letters[at_letter] = letter;
        let changed = String::from_utf8(letters).unwrap();
        spoilt.push(read("a letter changed", changed));
        let mut payload = payload(&whole);
        // Mostly where heads and texts stand, and not in the middle of a key.
        let near = [at % 64, payload.len() - 1 - at % 64, at % payload.len()];
        let at = near[more % 3];
        match more % 4 {
            0 => payload[at] = (to % 256) as u8,
            1 => payload[at] ^= 1 << (to % 8),
            2 => payload.insert(at, (to % 256) as u8),
            _ => drop(payload.remove(at)),
        }
        spoilt.push(read("a byte changed, with its check", link(HOME, &payload)));
    }
    spoilt
}

#[test]
fn each_link_is_read_as_pinned() {
    let all: Vec<Read> = [names(), fronts(), others(), spoilt()]
        .into_iter()
        .flatten()
        .collect();
    for verdict in ["invitation", "foreign", "damaged", "version", "two-homes"] {
        let said = all.iter().filter(|read| read.says["verdict"] == verdict);
        assert!(said.count() >= 5, "too few links are {verdict}");
    }
    check("invitations_read.json", &all);
}
