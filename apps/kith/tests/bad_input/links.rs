//! Invitation links that were cut, changed, forged, or are none.

use data_encoding::BASE64URL_NOPAD;
use protocol::home_url::HomeUrl;
use protocol::id::{HomeKey, InboxId, InboxPublicKey, PersonaFingerprint};
use protocol::invitation::Invitation;
use protocol::secret::{CapabilitySecret, SealKey};
use sha2::{Digest as _, Sha256};

use crate::holdings;
use crate::support::home::Home;
use crate::support::person::{Person, acquainted_at};

/// Ada with a link, and Ben who knows somebody else already.
fn inviter_and_reader() -> (Home, Person, Person, String) {
    let home = Home::open();
    let (_cleo, ben) = acquainted_at(&home);
    let ada = Person::at(&home, "Alice");
    let (link, _) = ada.invite(&["--uses", "9"]);
    (home, ada, ben, link)
}

/// Refused with this exit code and a sentence, and nothing is different; the sentence.
#[track_caller]
fn refused(ben: &Person, link: &str, code: i32) -> String {
    let before = holdings(ben);
    let message = ben.accept(link).failed_without_result(code);
    assert_eq!(holdings(ben), before, "something was kept of {link}");
    message
}

/// A link with this payload and a check that fits it.
fn checked_link(before: &str, payload: &[u8]) -> String {
    let check = Sha256::new()
        .chain_update(b"kith/invitation")
        .chain_update(payload)
        .finalize();
    let bytes = [&check[..4], payload].concat();
    format!("{before}/#/i/{}", BASE64URL_NOPAD.encode(&bytes))
}

/// The payload of a link, without its check.
fn payload(link: &str) -> Vec<u8> {
    let (_, encoded) = link.split_once("/#/i/").unwrap();
    BASE64URL_NOPAD
        .decode(encoded.as_bytes())
        .unwrap()
        .split_off(4)
}

#[test]
fn a_link_that_was_cut_anywhere_is_refused() {
    let (_home, _ada, ben, link) = inviter_and_reader();
    let start = link.find("/#/i/").unwrap() + 5;
    let cuts = (start..link.len())
        .step_by(37)
        .chain([4, start - 1, link.len() - 1]);
    for end in cuts {
        let message = refused(&ben, &link[..end], 5);
        assert!(message.contains("link"), "{message}");
    }
}

#[test]
fn a_link_that_was_changed_in_any_region_is_refused() {
    let (_home, _ada, ben, link) = inviter_and_reader();
    let start = link.find("/#/i/").unwrap() + 5;
    for at in (start..link.len()).step_by(23) {
        let mut bytes = link.clone().into_bytes();
        bytes[at] = if bytes[at] == b'A' { b'B' } else { b'A' };
        refused(&ben, &String::from_utf8(bytes).unwrap(), 5);
    }
    let other_home = link.replacen("127.0.0.1", "localhost", 1);
    let message = refused(&ben, &other_home, 5);
    assert!(message.contains("two homes"), "{message}");
}

#[test]
fn what_is_no_link_of_ours_is_refused() {
    let (home, _ada, ben, link) = inviter_and_reader();
    for foreign in [
        "",
        " ",
        "hello",
        "https://example.org",
        "https://t.me/+AbCdEfGh",
        "https://signal.group/#CjQKIA",
        "matrix:r/somewhere:example.org",
        "/#/i/",
        "ftp://example.org/#/i/AAAA",
        "http://example.org/#/i/AAAA",
        "https://example.org/#/i/",
        "https://example.org/#/i/🎈",
        home.url.as_str(),
        link.split_once('#').unwrap().1,
        &"x".repeat(100_000),
        &format!("{link}{link}"),
    ] {
        refused(&ben, foreign, 5);
    }
}

#[test]
fn a_link_of_another_version_says_which() {
    let (home, _ada, ben, link) = inviter_and_reader();
    let mut bytes = payload(&link);
    bytes[1] = 2;
    let message = refused(&ben, &checked_link(&home.url, &bytes), 5);
    assert!(message.contains("version 2"), "{message}");
}

#[test]
fn a_link_whose_check_fits_but_whose_inside_does_not_is_refused() {
    let (home, _ada, ben, link) = inviter_and_reader();
    let whole = payload(&link);
    for at in (2..whole.len()).step_by(29) {
        refused(&ben, &checked_link(&home.url, &whole[..at]), 5);
    }
    let trailing = [&whole[..], &[0]].concat();
    refused(&ben, &checked_link(&home.url, &trailing), 5);
    refused(&ben, &checked_link(&home.url, &[]), 5);
}

#[test]
fn blanks_around_a_link_do_no_harm() {
    let (_home, _ada, ben, link) = inviter_and_reader();
    assert_eq!(
        ben.accept(&format!("  {link}\n")).ok().text("name"),
        "Alice"
    );
}

#[test]
fn ones_own_link_is_refused() {
    let home = Home::open();
    let ada = Person::at(&home, "Ada");
    let (link, _) = ada.invite(&[]);
    let message = refused(&ada, &link, 5);
    assert!(message.contains("your own"), "{message}");
    let ben = Person::local("Ben");
    ben.accept(&link).ok();
}

#[test]
fn a_link_of_ones_other_name_is_ones_own_too() {
    let home = Home::open();
    let ada = Person::at(&home, "Ada");
    ada.run(&["persona", "new", "Eve"]).ok();
    let (link, _) = ada.invite(&["--persona", "Ada"]);
    let before = holdings(&ada);
    let said = ada.run(&["invite", "accept", &link, "--persona", "Eve"]);
    assert!(said.failed_without_result(5).contains("your own"));
    assert_eq!(holdings(&ada), before);
}

/// The link with one part exchanged by a forger, who knows how links are made.
fn forged(link: &str, forge: impl FnOnce(&mut Invitation)) -> String {
    let mut invitation = Invitation::from_link(link).unwrap();
    forge(&mut invitation);
    invitation.to_link()
}

#[test]
fn a_link_that_promises_another_person_is_found_out() {
    let (_home, _ada, ben, link) = inviter_and_reader();
    let other = forged(&link, |link| {
        link.persona = PersonaFingerprint::new([7; 32])
    });
    let message = refused(&ben, &other, 5);
    assert!(
        message.contains("does not belong to the person"),
        "{message}"
    );
    let sealed = forged(&link, |link| link.seal_key = SealKey::new([7; 32]));
    refused(&ben, &sealed, 5);
    ben.accept(&link).ok();
}

#[test]
fn a_link_with_a_capability_or_inbox_that_was_never_given_is_refused_by_the_home() {
    let (_home, _ada, ben, link) = inviter_and_reader();
    let capability = CapabilitySecret::new([7; 32]);
    refused(&ben, &forged(&link, |link| link.capability = capability), 3);
    refused(
        &ben,
        &forged(&link, |link| link.inbox = InboxId::new([7; 16])),
        3,
    );
    ben.accept(&link).ok();
}

#[test]
fn a_link_with_another_key_of_the_home_is_refused() {
    let (_home, _ada, ben, link) = inviter_and_reader();
    let other_key = forged(&link, |link| link.home_key = HomeKey::new([7; 32]));
    let message = refused(&ben, &other_key, 5);
    assert!(message.contains("another key"), "{message}");
    ben.accept(&link).ok();
}

#[test]
fn whoever_meets_a_home_first_by_a_link_with_a_wrong_key_does_not_believe_it() {
    let (_home, _ada, _ben, link) = inviter_and_reader();
    let other_key = forged(&link, |link| link.home_key = HomeKey::new([7; 32]));
    let stranger = Person::local("Stranger");
    let message = stranger.accept(&other_key).failed(4);
    assert!(message.contains("not to be believed"), "{message}");
    stranger.run(&["profile", "info"]).ok();
}

#[test]
fn an_item_sealed_to_a_key_that_the_inviter_does_not_have_harms_nobody() {
    let (_home, ada, ben, link) = inviter_and_reader();
    let other = forged(&link, |link| {
        link.inbox_key = InboxPublicKey::new([9; 32]);
    });
    let said = ben.accept(&other);
    assert!(matches!(said.code, Some(0 | 5)), "{said:?}");
    let before = holdings(&ada);
    ada.sync().ok();
    assert_eq!(holdings(&ada), before);
    let cleo = Person::local("Cleo");
    cleo.accept(&link).ok();
    ada.sync().ok();
    assert_eq!(ada.list("contact")[0]["name"], "Cleo");
}

#[test]
fn a_link_to_a_home_that_is_not_there_waits_for_it() {
    let (_home, _ada, ben, link) = inviter_and_reader();
    let elsewhere = forged(&link, |link| {
        link.home = HomeUrl::parse("http://127.0.0.1:9").unwrap();
    });
    let said = ben.accept(&elsewhere);
    said.failed(4);
    assert_eq!(said.text("name"), "Alice");
    ben.run(&["send", "Ada", "others are not held up"]).ok();
}
