//! Links that were cut, are somebody else's, or of a version to come.

use data_encoding::BASE64URL_NOPAD;
use sha2::{Digest as _, Sha256};

use crate::support::accessible;
use crate::support::home::Home;
use crate::support::person::Person;
use crate::support::seats::Seats;
use crate::support::steps::Kept;
use crate::support::terminal::Terminal;
use crate::support::wait_for;

/// The link as a version to come would make it: its payload's first number is another, and its check fits.
fn of_version(link: &str, version: u8) -> String {
    let (before, encoded) = link.split_once("/#/i/").unwrap();
    let mut payload = BASE64URL_NOPAD
        .decode(encoded.as_bytes())
        .unwrap()
        .split_off(4);
    payload[1] = version;
    let check = Sha256::new()
        .chain_update(b"kith/invitation")
        .chain_update(&payload)
        .finalize();
    let bytes = [&check[..4], &payload[..]].concat();
    format!("{before}/#/i/{}", BASE64URL_NOPAD.encode(&bytes))
}

/// What the page says of a link, as an alert.
#[track_caller]
fn said_of(ada: &Person, link: &str) -> String {
    ada.to_people();
    ada.look_at(link);
    let said = wait_for(&format!("what is said of {link:?}"), || {
        let alerts = accessible::parts(ada.browser(), "alert");
        let said = ada.browser().tried_script(
            "return [...document.querySelectorAll('[role=alert]')].map((one) => one.innerText).join(' ');",
        );
        let said = said.ok()?.as_str()?.trim().to_owned();
        (!alerts.is_empty() && !said.is_empty()).then_some(said)
    });
    assert!(!ada.sees("button", "Accept"), "{link:?}: {}", ada.text());
    said
}

#[test]
fn links_that_are_none_are_refused_with_a_sentence() {
    let _seats = Seats::take(1);
    let home = Home::open();
    let cleo = Terminal::at(&home, "Cleo");
    let link = cleo.invite();
    let ada = Person::new("Ada", &home);
    ada.settle(&home, Kept::Openly);
    let cut = &link[..link.len() - 7];
    for wrong in [
        cut,
        "hello",
        "https://example.org",
        "https://signal.group/#CjQKIA",
        "https://example.org/#/i/AAAA",
    ] {
        let said = said_of(&ada, wrong);
        assert!(
            said.ends_with('.') && said.contains("link"),
            "{wrong}: {said}"
        );
        ada.browser().reload();
    }
    let said = said_of(&ada, &of_version(&link, 2));
    assert!(said.contains("version 2"), "{said}");
    ada.browser().reload();
    ada.to_people();
    ada.accept(&link, "Cleo");
}

#[test]
fn a_link_that_was_cut_leads_to_a_page_that_says_so() {
    let _seats = Seats::take(1);
    let home = Home::open();
    let cleo = Terminal::at(&home, "Cleo");
    let link = cleo.invite();
    let ada = Person::new("Ada", &home);
    ada.visit(&link[..link.len() - 7]);
    ada.reads("link");
    ada.visit(&home.app_url());
    ada.begin(Kept::Openly);
    let cut = link[..link.len() - 7].replace("/#/i/", "/app/#/i/");
    ada.visit(&cut);
    ada.reads("link");
    assert!(!ada.sees("button", "Accept"), "{}", ada.text());
}

/// Everything that this tab's own storage holds.
fn kept_in_tab(ada: &Person) -> String {
    let kept = ada
        .browser()
        .script("return JSON.stringify(sessionStorage);");
    kept.as_str().unwrap().to_owned()
}

#[test]
fn an_invitation_outlives_loading_anew_until_it_is_answered_and_is_in_no_history() {
    let _seats = Seats::take(1);
    let home = Home::open();
    let cleo = Terminal::at(&home, "Cleo");
    let link = cleo.invite();
    let payload = link.split_once("/#/i/").unwrap().1;
    let ada = Person::new("Ada", &home);
    ada.visit(&link);
    ada.press_role("link", "Open in Kith");
    ada.heading("How should this browser keep what you write?");
    ada.browser().reload();
    ada.begin(Kept::Openly);
    ada.heading("Cleo invites you");
    assert!(!ada.browser().url().contains(payload));
    ada.browser().reload();
    ada.heading("Cleo invites you");
    assert!(kept_in_tab(&ada).contains(payload));
    ada.press("Not now");
    ada.heading("People");
    ada.browser().reload();
    ada.heading("People");
    assert!(kept_in_tab(&ada).contains(payload));
    ada.press("Read the invitation");
    ada.heading("Cleo invites you");
    ada.press("Not now");
    ada.press("Throw it away");
    ada.browser().reload();
    ada.heading("People");
    assert!(!ada.sees("button", "Throw it away"));
    assert!(!kept_in_tab(&ada).contains(payload));
    ada.accept(&link, "Cleo");
    assert!(!kept_in_tab(&ada).contains(payload));
    ada.says("Here.");
}

#[test]
fn a_link_is_found_in_what_is_pasted_around_it_and_stays_to_be_mended() {
    let _seats = Seats::take(1);
    let home = Home::open();
    let cleo = Terminal::at(&home, "Cleo");
    let link = cleo.invite();
    let ada = Person::new("Ada", &home);
    ada.settle(&home, Kept::Openly);
    let cut = format!("<{}>", &link[..link.len() - 7]);
    ada.look_at(&cut);
    ada.press("Go on");
    assert_eq!(ada.value("Invitation link"), cut);
    ada.accept(&format!("Come here: <{link}>."), "Cleo");
    ada.says("Here.");
}

#[test]
fn an_invitation_that_was_used_is_not_offered_any_more_and_who_comes_late_is_told_once() {
    let _seats = Seats::take(2);
    let home = Home::open();
    let ada = Person::new("Ada", &home);
    ada.settle(&home, Kept::Openly);
    let link = ada.invite();
    Terminal::at(&home, "Cleo").accept(&link);
    wait_for("the invitation to be used", || {
        ada.text().contains("It was used").then_some(())
    });
    assert!(!ada.sees("button", "Copy"));

    let ben = Person::new("Ben", &home);
    ben.settle(&home, Kept::Openly);
    ben.look_at(&link);
    ben.heading("Ada invites you");
    ben.press("Accept");
    wait_for("why nothing came of it", || {
        ben.text()
            .contains("used as often as it may be")
            .then_some(())
    });
    ben.heading("People");
    let text = ben.text();
    assert!(
        !text.contains("There is no such") && !text.contains("is not here"),
        "{text}"
    );
}

/// What every reader says of links, whole and spoilt.
const READ: &str = include_str!("../../../../crates/protocol/vectors/invitations_read.json");

#[test]
fn the_invitation_page_reads_each_pinned_link_as_the_program_does() {
    let _seats = Seats::take(1);
    let home = Home::open();
    let ada = Person::new("Ada", &home);
    ada.visit(&home.url());
    let script = format!(
        "const {{ read }} = await import('/invitation.js');
        const plain = (says) => JSON.stringify(Object.entries(says).sort());
        const other = [];
        const all = {READ};
        for (const {{ what, link, says }} of all) {{
            const said = await read(link);
            if (plain(said) !== plain(says)) other.push([what, link, says, said]);
        }}
        return [all.length, other];"
    );
    let given = ada.browser().script(&script);
    assert!(given[0].as_u64() > Some(100), "{}", given[0]);
    assert_eq!(given[1], serde_json::json!([]));
}
