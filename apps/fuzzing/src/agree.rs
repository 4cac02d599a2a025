//! Whether two encodings of one message say the same wherever both say something.

use crate::held;
use minicbor::Decoder;
use minicbor::data::Type;
use std::collections::BTreeMap;

/// One item of deterministic CBOR.
#[derive(Debug, PartialEq, Eq)]
enum Value<'a> {
    List(Vec<Value<'a>>),
    Map(BTreeMap<&'a [u8], Value<'a>>),
    /// A number, a text, bytes, or a word.
    Plain(&'a [u8]),
}

/// Ends the program where what was read and is written again is another value. A sender may leave a
/// field out, and add one that is not known here.
pub(crate) fn check(read: &[u8], written: &[u8]) {
    let sides = [read, written].map(|bytes| value(&mut Decoder::new(bytes)));
    let [read, written] = &sides;
    assert!(agree(read, written), "{read:02x?} became {written:02x?}");
}

fn value<'a>(decoder: &mut Decoder<'a>) -> Value<'a> {
    match held(decoder.datatype()) {
        Type::Array => {
            let many = held(decoder.array()).unwrap_or(0);
            Value::List((0..many).map(|_| value(decoder)).collect())
        }
        Type::Map => {
            let many = held(decoder.map()).unwrap_or(0);
            let pairs = (0..many).map(|_| (plain(decoder), value(decoder)));
            Value::Map(pairs.collect())
        }
        _ => Value::Plain(plain(decoder)),
    }
}

fn plain<'a>(decoder: &mut Decoder<'a>) -> &'a [u8] {
    let start = decoder.position();
    held(decoder.skip());
    let found = decoder.input().get(start..decoder.position());
    found.unwrap_or_default()
}

fn agree(read: &Value<'_>, written: &Value<'_>) -> bool {
    match (read, written) {
        (Value::List(read), Value::List(written)) => match (read.as_slice(), written.as_slice()) {
            ([Value::Plain(read), had], [Value::Plain(written), has]) => {
                read == written && fields_agree(had, has)
            }
            _ => read.len() == written.len() && all_agree(read, written),
        },
        (Value::Map(read), Value::Map(written)) => written
            .iter()
            .all(|(key, written)| read.get(key).is_none_or(|read| agree(read, written))),
        (read, written) => read == written,
    }
}

/// The fields of a case, which its number tells: one passes over fields that it does not know, and one without any over
/// whatever stands in their place.
fn fields_agree(read: &Value<'_>, written: &Value<'_>) -> bool {
    match (read, written) {
        (_, Value::List(written)) if written.is_empty() => true,
        (Value::List(read), Value::List(written)) => {
            written.len() <= read.len() && all_agree(read, written)
        }
        (read, written) => agree(read, written),
    }
}

fn all_agree(read: &[Value<'_>], written: &[Value<'_>]) -> bool {
    let mut pairs = read.iter().zip(written);
    pairs.all(|(read, written)| agree(read, written))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn fields_left_out_and_added_agree_and_others_do_not() {
        // {0: 1, 2: "a"}, {0: 1, 1: 5}, {0: 2}, [1, 2], [1]
        let [one, other, third] = [
            &[0xa2, 0, 1, 2, 0x61, b'a'][..],
            &[0xa2, 0, 1, 1, 5],
            &[0xa1, 0, 2],
        ];
        check(one, other);
        check(&[0x82, 4, 0x0c], &[0x82, 4, 0x80]);
        check(&[0x82, 4, 0x82, 1, 2], &[0x82, 4, 0x81, 1]);
        for (read, written) in [
            (one, third),
            (&[0x82, 1, 2][..], &[0x82, 1, 3][..]),
            (&[0x82, 1, 2], &[0x81, 1]),
            (&[0x83, 1, 2, 3], &[0x82, 1, 2]),
            (&[0x82, 4, 0x81, 1], &[0x82, 4, 0x82, 1, 2]),
            (&[0x82, 4, 0x81, 1], &[0x82, 5, 0x81, 1]),
        ] {
            let [read, written] = [read, written].map(|bytes| value(&mut Decoder::new(bytes)));
            assert!(!agree(&read, &written));
        }
    }
}
