//! The worker in a real Chromium, driven from outside. `cargo xtask web` builds what it runs.

#[cfg(test)]
mod browser;
#[cfg(test)]
#[path = "../support/driver.rs"]
mod driver;
#[cfg(test)]
mod server;

use browser::Browser;
use data_encoding::HEXLOWER;
use server::Server;
use view::question::{
    BackUp, BackedUp, Close, Conversations, JoinHome, Make, NewPersona, Online, Open, Persisted,
    Personas, Stand,
};
use view::{Keeping, Kind, News, Opening, Profile, Secret, Standing, Tab, Trouble};

#[cfg(test)]
fn passphrase(typed: &str) -> Opening {
    Opening::Passphrase(Secret::new(typed.as_bytes().to_vec()))
}

#[cfg(test)]
fn named(name: &str) -> NewPersona {
    let name = name.to_owned();
    NewPersona { name }
}

#[cfg(test)]
async fn names(page: &browser::Page<'_>) -> Vec<String> {
    let all = page.ask(Personas {}).await.unwrap();
    all.into_iter().map(|one| one.name).collect()
}

#[cfg(test)]
async fn standing(page: &browser::Page<'_>) -> Standing {
    page.ask(Stand {}).await.unwrap()
}

/// What lies in the browser's storage, as one text of hexadecimal digits.
const STORED: &str = "const texts = [];
    const walk = async (folder) => {
        for await (const entry of folder.values()) {
            if (entry.kind === 'directory') await walk(entry);
            else texts.push(new Uint8Array(await (await entry.getFile()).arrayBuffer()).toHex());
        }
    };
    await walk(await navigator.storage.getDirectory());
    return texts.join(' ');";

#[tokio::test]
async fn a_sealed_profile_outlives_the_browser_and_shows_nothing_without_its_passphrase() {
    let server = Server::start().await;
    let browser = Browser::start().await;
    let page = browser.visit(&server).await;
    let stands = standing(&page).await;
    assert_eq!((stands.profile, stands.tab), (Profile::Missing, Tab::None));
    let opening = passphrase("lamp river");
    page.ask(Make { opening }).await.unwrap();
    page.ask(named("Ada Lovelace")).await.unwrap();
    let stands = standing(&page).await;
    assert_eq!(stands.profile, Profile::Open(Keeping::Passphrase));
    assert_eq!(stands.tab, Tab::This);
    page.leave().await;

    let page = browser.visit(&server).await;
    let stands = standing(&page).await;
    assert_eq!(stands.profile, Profile::Closed(Keeping::Passphrase));
    let closed = page.ask(Personas {}).await.unwrap_err();
    assert_eq!(closed.kind, Kind::Refused, "{closed}");
    let opening = passphrase("lamp rivet");
    let refused = page.ask(Open { opening }).await.unwrap_err();
    assert_eq!(refused.kind, Kind::Locked, "{refused}");
    let opening = Opening::Plain;
    assert!(page.ask(Open { opening }).await.is_err());
    let opening = passphrase("else");
    assert!(page.ask(Make { opening }).await.is_err());
    let opening = passphrase("lamp river");
    let began = std::time::Instant::now();
    page.ask(Open { opening }).await.unwrap();
    println!("opened by a passphrase in {:?}", began.elapsed());
    assert_eq!(names(&page).await, ["Ada Lovelace"]);
    page.ask(Close {}).await.unwrap();
    assert!(page.ask(Personas {}).await.is_err());

    let stored = browser.run(STORED).await;
    let stored = stored.as_str().unwrap();
    assert!(stored.len() > 100_000, "{}", stored.len());
    assert!(!stored.contains(&HEXLOWER.encode(b"Lovelace")));
    let opening = passphrase("lamp river");
    page.ask(Open { opening }).await.unwrap();
    assert_eq!(names(&page).await, ["Ada Lovelace"]);
    browser.end().await;
}

#[tokio::test]
async fn a_plain_profile_opens_by_itself_and_is_found_in_the_storage() {
    let server = Server::start().await;
    let browser = Browser::start().await;
    let page = browser.visit(&server).await;
    let opening = Opening::Plain;
    page.ask(Make { opening }).await.unwrap();
    let granted = true;
    page.ask(Persisted { granted }).await.unwrap();
    page.ask(named("Ada Lovelace")).await.unwrap();
    assert!(page.ask(Conversations {}).await.unwrap().is_empty());
    page.leave().await;
    let stored = browser.run(STORED).await;
    let name = HEXLOWER.encode(b"Lovelace");
    assert!(stored.as_str().unwrap().contains(&name));
    let page = browser.visit(&server).await;
    assert_eq!(names(&page).await, ["Ada Lovelace"]);
    let stands = standing(&page).await;
    assert_eq!((stands.persisted, stands.needs_backup), (Some(true), false));
    let took = page.run("return took();").await;
    println!("ready and read after {took} ms");
    browser.end().await;
}

#[tokio::test]
async fn a_second_tab_works_through_the_first_and_goes_on_when_it_closes() {
    let server = Server::start().await;
    let browser = Browser::start().await;
    let first = browser.visit(&server).await;
    let opening = passphrase("lamp river");
    first.ask(Make { opening }).await.unwrap();
    first.ask(named("Ada")).await.unwrap();

    let second = browser.second_tab(&server).await;
    let stands = standing(&second).await;
    assert_eq!(stands.profile, Profile::Open(Keeping::Passphrase));
    assert_eq!(stands.tab, Tab::Other);
    second.ask(named("Grace")).await.unwrap();
    assert_eq!(names(&first).await, ["Ada", "Grace"]);
    first.until(|page| page.heard(&News::Lists)).await;
    second.until(|page| page.heard(&News::Lists)).await;
    let opening = passphrase("lamp river");
    assert!(second.ask(Open { opening }).await.is_err());

    second.forget();
    first.close().await;
    second.until(|page| page.heard(&News::Standing)).await;
    let stands = standing(&second).await;
    assert_eq!(stands.profile, Profile::Open(Keeping::Passphrase));
    assert_eq!(stands.tab, Tab::This);
    assert_eq!(names(&second).await, ["Ada", "Grace"]);

    let third = browser.second_tab(&server).await;
    assert_eq!(names(&third).await, ["Ada", "Grace"]);
    third.forget();
    second.ask(Close {}).await.unwrap();
    third.until(|page| page.heard(&News::Standing)).await;
    let stands = standing(&third).await;
    assert_eq!(stands.profile, Profile::Closed(Keeping::Passphrase));
    assert_eq!(stands.tab, Tab::None);
    let opening = passphrase("lamp river");
    third.ask(Open { opening }).await.unwrap();
    assert_eq!(names(&second).await, ["Ada", "Grace"]);
    assert_eq!(standing(&second).await.tab, Tab::Other);
    browser.end().await;
}

#[tokio::test]
async fn of_two_tabs_that_make_a_profile_one_does_and_the_other_hears_it() {
    let server = Server::start().await;
    let browser = Browser::start().await;
    let first = browser.visit(&server).await;
    let second = browser.second_tab(&server).await;
    let opening = passphrase("one");
    let one = first.begin(Make { opening }).await;
    let opening = passphrase("other");
    let other = second.begin(Make { opening }).await;
    let (one, other) = (
        first.end::<Make>(one).await,
        second.end::<Make>(other).await,
    );
    assert!(one.is_ok() != other.is_ok(), "{one:?} {other:?}");
    first.ask(named("Ada")).await.unwrap();
    assert_eq!(names(&second).await, ["Ada"]);
    browser.end().await;
}

#[tokio::test]
async fn what_is_no_question_is_answered_with_a_sentence() {
    let server = Server::start().await;
    let browser = Browser::start().await;
    let page = browser.visit(&server).await;
    page.send(&[0xff; 40]).await;
    let said = News::Trouble(Trouble::Other(view::MessageError.to_string()));
    page.until(|page| page.heard(&said)).await;
    assert_eq!(standing(&page).await.profile, Profile::Missing);
    assert!(page.ask(BackUp {}).await.is_err());
    browser.end().await;
}

#[tokio::test]
async fn a_backup_comes_with_its_words_until_it_was_taken() {
    let server = Server::start().await;
    let browser = Browser::start().await;
    let page = browser.visit(&server).await;
    let opening = passphrase("lamp river");
    page.ask(Make { opening }).await.unwrap();
    page.ask(named("Ada")).await.unwrap();
    let backup = page.ask(BackUp {}).await.unwrap();
    assert!(backup.name.starts_with("kith-backup-20"), "{backup:?}");
    assert!(backup.zip.starts_with(b"PK") && backup.phrase.is_some());
    page.ask(BackedUp {}).await.unwrap();
    assert_eq!(page.ask(BackUp {}).await.unwrap().phrase, None);
    assert!(!standing(&page).await.needs_backup);
    browser.end().await;
}

#[tokio::test]
async fn a_worker_that_is_killed_while_it_writes_loses_nothing_that_it_answered() {
    let server = Server::start().await;
    let browser = Browser::start().await;
    let page = browser.visit(&server).await;
    let opening = Opening::Plain;
    page.ask(Make { opening }).await.unwrap();
    let mut answered = Vec::new();
    for round in 0..5 {
        for number in 0..3 {
            let name = format!("Ada {round} {number}");
            page.ask(named(&name)).await.unwrap();
            answered.push(name);
        }
        for number in 0..20 {
            page.begin(named(&format!("Unsure {round} {number}"))).await;
        }
        page.restart().await;
        let found = names(&page).await;
        for name in &answered {
            assert!(found.contains(name), "{name} is lost: {found:?}");
        }
    }
    browser.end().await;
}

#[tokio::test]
async fn making_a_profile_that_was_cut_off_begins_anew() {
    let server = Server::start().await;
    let browser = Browser::start().await;
    let page = browser.visit(&server).await;
    for wait_ms in [0, 20, 60, 120, 250, 320, 400, 480] {
        let opening = passphrase("lamp river");
        page.begin(Make { opening }).await;
        tokio::time::sleep(std::time::Duration::from_millis(wait_ms)).await;
        page.restart().await;
        match standing(&page).await.profile {
            Profile::Missing => {}
            Profile::Closed(Keeping::Passphrase) => {
                println!("made within {wait_ms} ms");
                let opening = passphrase("lamp river");
                page.ask(Open { opening }).await.unwrap();
                browser.end().await;
                return;
            }
            other => panic!("{other:?}"),
        }
    }
    let opening = passphrase("other words");
    page.ask(Make { opening }).await.unwrap();
    page.ask(named("Ada")).await.unwrap();
    assert_eq!(names(&page).await, ["Ada"]);
    browser.end().await;
}

#[tokio::test]
async fn a_home_that_does_not_answer_is_said_once() {
    let server = Server::start().await;
    let browser = Browser::start().await;
    let page = browser.visit(&server).await;
    let opening = Opening::Plain;
    page.ask(Make { opening }).await.unwrap();
    let persona = page.ask(named("Ada")).await.unwrap();
    let home = "http://localhost:9".to_owned();
    let invitation = None;
    let join = JoinHome {
        persona,
        home,
        invitation,
    };
    page.ask(join).await.unwrap();
    let is_unreachable = |news: &News| matches!(news, News::Trouble(Trouble::Unreachable(..)));
    page.until(|page| page.news().iter().any(is_unreachable))
        .await;
    for _ in 0..5 {
        page.ask(Online {}).await.unwrap();
        tokio::time::sleep(std::time::Duration::from_millis(300)).await;
    }
    assert_eq!(names(&page).await, ["Ada"]);
    let said = page.news();
    assert_eq!(said.iter().filter(|news| is_unreachable(news)).count(), 1);
    browser.end().await;
}
