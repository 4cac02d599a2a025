//! What lies in the browser's storage, and who can open it.

use serde_json::json;

use crate::support::home::Home;
use crate::support::person::Person;
use crate::support::seats::Seats;
use crate::support::steps::{Kept, PASSPHRASE};
use crate::support::terminal::Terminal;

const SECRET: &str = "the heron stands in the reeds";

/// How often a text lies in the files of the browser's own storage, as it is or in UTF-16, and their length.
fn found_in_storage(person: &Person, text: &str) -> (usize, usize) {
    let script = format!(
        "const decode = (bytes) => new TextDecoder('latin1').decode(bytes);
        const plain = {text:?}, wide = [...plain].map((char) => char + '\\0').join('');
        let found = 0, length = 0;
        const walk = async (folder) => {{
            for await (const entry of folder.values()) {{
                if (entry.kind === 'directory') {{ await walk(entry); continue; }}
                const bytes = new Uint8Array(await (await entry.getFile()).arrayBuffer());
                const text = decode(bytes);
                length += bytes.length;
                found += text.split(plain).length + text.split(wide).length - 2;
            }}
        }};
        await walk(await navigator.storage.getDirectory());
        for (const store of [localStorage, sessionStorage])
            found += JSON.stringify(store).split(plain).length - 1;
        return [found, length];"
    );
    let counts = person.browser().script(&script);
    let count = |place: usize| usize::try_from(counts[place].as_u64().unwrap()).unwrap();
    (count(0), count(1))
}

/// Somebody who wrote the secret, and left the app for a page beside it, so that the files are free.
fn writer(home: &Home, kept: Kept) -> (Person, Terminal) {
    let cleo = Terminal::at(home, "Cleo");
    let link = cleo.invite();
    let ada = Person::new("Ada", home);
    ada.follow(&link, "Cleo", kept);
    ada.says(SECRET);
    (ada, cleo)
}

#[test]
fn nothing_can_be_read_in_a_sealed_profile() {
    let _seats = Seats::take(1);
    let home = Home::open();
    let (ada, _cleo) = writer(&home, Kept::Passphrase);
    ada.visit(&home.url());
    let (found, length) = found_in_storage(&ada, SECRET);
    assert!(length > 100_000, "there is a profile: {length}");
    assert_eq!(found, 0);
    for text in [PASSPHRASE, "Cleo"] {
        assert_eq!(found_in_storage(&ada, text).0, 0, "{text}");
    }
}

#[test]
fn an_open_profile_can_be_read_as_the_page_says() {
    let _seats = Seats::take(1);
    let home = Home::open();
    let (ada, _cleo) = writer(&home, Kept::Openly);
    ada.visit(&home.url());
    assert!(found_in_storage(&ada, SECRET).0 > 0);
}

#[test]
fn a_wrong_passphrase_opens_nothing_and_says_so() {
    let _seats = Seats::take(1);
    let home = Home::open();
    let (ada, _cleo) = writer(&home, Kept::Passphrase);
    ada.press("Lock");
    ada.fill("Passphrase", "lamp river seven bots");
    ada.press("Open");
    ada.part("alert", "that says it", |part| {
        part.name.len() > 20 || ada.text().contains("passphrase")
    });
    assert!(!ada.text().contains(SECRET), "{}", ada.text());
    ada.unlock();
    ada.to_people();
    ada.open("Cleo");
    ada.item(SECRET, "kept at");
    ada.browser().reload();
    ada.fill("Passphrase", "");
    assert!(!ada.text().contains("Cleo"), "{}", ada.text());
    ada.unlock();
    ada.to_people();
    ada.open("Cleo");
    ada.item(SECRET, "kept at");
}

#[test]
fn a_passkey_makes_and_opens_a_profile() {
    let _seats = Seats::take(1);
    let home = Home::open();
    let cleo = Terminal::at(&home, "Cleo");
    let link = cleo.invite();
    let ada = Person::new("Ada", &home);
    // Web Authentication Level 3, §11: an authenticator that says yes.
    ada.browser().devtools("WebAuthn.enable", json!({}));
    let authenticator = json!({"options": {
        "protocol": "ctap2", "ctap2Version": "ctap2_1", "transport": "internal", "hasResidentKey": true,
        "hasUserVerification": true, "hasPrf": true, "isUserVerified": true,
        "automaticPresenceSimulation": true,
    }});
    let made = ada
        .browser()
        .devtools("WebAuthn.addVirtualAuthenticator", authenticator);
    ada.follow(&link, "Cleo", Kept::Passkey);
    ada.says(SECRET);
    ada.browser().reload();
    ada.press("Open with passkey");
    ada.to_people();
    ada.open("Cleo");
    ada.item(SECRET, "kept at");
    ada.visit(&home.url());
    assert_eq!(found_in_storage(&ada, SECRET).0, 0);

    // Whoever is not recognised gets nothing, and is told.
    let id = &made["authenticatorId"];
    let no = json!({"authenticatorId": id, "isUserVerified": false});
    ada.browser().devtools("WebAuthn.setUserVerified", no);
    ada.visit(&home.app_url());
    ada.press("Open with passkey");
    ada.part("alert", "that says it", |_| true);
    assert!(!ada.text().contains("Cleo"), "{}", ada.text());
}
