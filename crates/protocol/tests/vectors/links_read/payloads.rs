//! Payloads of links that say something else than an invitation of version 1, or say it otherwise.

use data_encoding::HEXLOWER;

/// Whole payloads.
const FORMS: &[(&str, &str)] = &[
    ("a version", "8200a0"),
    ("a version", "8202a0"),
    ("a version", "8217a0"),
    ("a version", "821818a0"),
    ("a version", "821b0020000000000000a0"),
    ("a version", "821bffffffffffffffffa0"),
    ("a version below nought", "8220a0"),
    ("a version that is a text", "826131a0"),
    ("nothing", ""),
    ("no version", "80"),
    ("a version alone", "8101"),
    ("another version alone", "8102"),
    ("no map", "820180"),
];

/// A field more: at which place, its key, its value.
const FIELDS: &[(&str, usize, &str, &str)] = &[
    ("a field more in front", 0, "00", "6178"),
    ("a field more behind", 8, "09", "8301f5a1204100"),
    ("a large number of a field", 8, "1b7fffffffffffffff", "01"),
    (
        "too large a number of a field",
        8,
        "1b8000000000000000",
        "01",
    ),
    ("a number of a field below nought", 8, "20", "01"),
    (
        "the lowest number of a field",
        8,
        "3b7fffffffffffffff",
        "01",
    ),
    ("too low a number of a field", 8, "3b8000000000000000", "01"),
    ("a field twice", 8, "08", "63457665"),
    ("a field out of order", 0, "09", "01"),
    ("a field that is named", 8, "6178", "01"),
    ("a field named by a number in letters", 8, "6139", "01"),
    ("a fraction", 8, "09", "f93c00"),
    ("a tag like a map", 8, "09", "c10000"),
    ("a tag", 8, "09", "c000"),
    ("undefined", 8, "09", "f7"),
    ("deep", 8, "09", "818181818181818181818181818100"),
    ("too deep", 8, "09", "81818181818181818181818181818100"),
    ("a text that is none", 8, "09", "61ff"),
    ("a text of half a pair", 8, "09", "63eda080"),
    ("an array without end", 8, "09", "9bffffffffffffffff"),
    ("bytes without end", 8, "09", "5bffffffffffffffff"),
];

/// Other homes in the first field.
const HOMES: &[(&str, &str)] = &[
    ("a home in another spelling", "https://HOME.example"),
    ("a home with a slash", "https://home.example/"),
    ("a home that is none", "home.example"),
    ("another home", "https://other.example"),
    ("a home of rare letters", "https://home*example"),
    ("a home of escaped letters", "https://home%2Aexample"),
    ("an insecure home", "http://home.example"),
];

fn hex(digits: &str) -> Vec<u8> {
    HEXLOWER.decode(digits.as_bytes()).unwrap()
}

fn cbor(value: impl minicbor::Encode<()>) -> Vec<u8> {
    minicbor::to_vec(value).unwrap()
}

fn bytes(length: usize) -> Vec<u8> {
    cbor(minicbor::bytes::ByteVec::from(vec![7; length]))
}

/// The fields of an invitation, key and value of each.
#[derive(Clone)]
struct Fields(Vec<(Vec<u8>, Vec<u8>)>);

impl Fields {
    fn new(home: &str, name: &str) -> Self {
        let mut fields = vec![(cbor(1), cbor(home))];
        for (key, length) in (2..8).zip([32, 16, 32, 32, 32, 32]) {
            fields.push((cbor(key), bytes(length)));
        }
        fields.push((cbor(8), cbor(name)));
        Self(fields)
    }

    fn map(&self) -> Vec<u8> {
        let fields = self
            .0
            .iter()
            .flat_map(|(key, value)| [&key[..], value].concat());
        let head = 0xa0 + u8::try_from(self.0.len()).unwrap();
        [head].into_iter().chain(fields).collect()
    }

    /// The payload of version 1.
    fn payload(&self) -> Vec<u8> {
        [&[0x82, 1][..], &self.map()].concat()
    }

    /// The payload with another value at this place.
    fn with(&self, at: usize, value: Vec<u8>) -> Vec<u8> {
        let mut fields = self.clone();
        fields.0[at].1 = value;
        fields.payload()
    }
}

/// The payload of an invitation.
pub fn whole(home: &str, name: &str) -> Vec<u8> {
    Fields::new(home, name).payload()
}

/// What each is, and the payload.
pub fn others(home: &str) -> Vec<(&'static str, Vec<u8>)> {
    let fields = Fields::new(home, "Ada");
    let map = fields.map();
    let mut others: Vec<_> = FORMS
        .iter()
        .map(|(what, form)| (*what, hex(form)))
        .collect();
    others.extend([
        ("no array", map.clone()),
        ("an item more", [&[0x83, 1][..], &map, &[0xf6]].concat()),
        (
            "a version not at its shortest",
            [&[0x82, 0x18, 1][..], &map].concat(),
        ),
        (
            "of indefinite length",
            [&[0x9f, 1][..], &map, &[0xff]].concat(),
        ),
        ("something behind", [&fields.payload()[..], &[0]].concat()),
        ("no name", fields.with(7, hex("f6"))),
        ("a name in bytes", fields.with(7, bytes(3))),
        ("no home", fields.with(0, hex("f6"))),
    ]);
    for (what, home) in HOMES {
        others.push((what, fields.with(0, cbor(home))));
    }
    for (what, at, key, value) in FIELDS {
        let mut more = fields.clone();
        more.0.insert(*at, (hex(key), hex(value)));
        others.push((what, more.payload()));
    }
    for at in 1..7 {
        others.push(("a field too short", fields.with(at, bytes(15))));
        others.push(("a field too long", fields.with(at, bytes(33))));
        let mut fewer = fields.clone();
        fewer.0.remove(at);
        others.push(("without a field", fewer.payload()));
    }
    others
}
