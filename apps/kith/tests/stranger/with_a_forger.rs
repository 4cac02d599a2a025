//! A stranger who claims to be somebody else, against our command line: refused, and no harm done.

use ed25519_dalek::SigningKey;
use protocol::request::Admission;

use crate::friend::{Friend, forged};
use crate::processes::{Home, Ours};
use crate::stranger::credential::Claims;
use crate::stranger::member::Stranger;
use crate::stranger::random;
use crate::stranger::signed::public;

fn key() -> SigningKey {
    SigningKey::from_bytes(&random())
}

/// Somebody whose leaf claims a victim's persona.
fn forger() -> Stranger {
    let (persona, device, victim) = (key(), key(), key());
    let credential = forged(&public(&victim), &device, &persona);
    Stranger::forger(persona, device, credential)
}

#[tokio::test]
async fn ours_does_not_add_a_forged_credential() {
    let home = Home::start(true);
    let ours = Ours::join("Ada", &home);
    let mut eve = Friend::be("Eve", forger());
    eve.settle(&home.url, Admission::Open).await;
    let said = ours.tries(&["invite", "accept", &eve.invites().await]);
    assert_eq!(said.exit, 5, "{said:?}");
    assert!(said.error.contains("does not belong"), "{}", said.error);
    assert_eq!(ours.conversations(), 0);
    meets_somebody_honest(&ours, &home).await;
}

#[tokio::test]
async fn ours_does_not_join_a_group_of_a_forged_credential() {
    let home = Home::start(true);
    let ours = Ours::join("Ada", &home);
    let mut eve = Friend::be("Eve", forger());
    eve.settle(&home.url, Admission::Open).await;
    eve.accepts(&ours.invites()).await.unwrap();
    ours.syncs();
    assert_eq!(ours.conversations(), 0);
    meets_somebody_honest(&ours, &home).await;
}

#[tokio::test]
async fn ours_does_not_follow_a_commit_with_a_forged_credential() {
    let home = Home::start(true);
    let ours = Ours::join("Ada", &home);
    let (persona, device, victim) = (key(), key(), key());
    let honest = Claims::of(&persona, &device).sign(&persona);
    let mut eve = Friend::be(
        "Eve",
        Stranger::forger(persona.clone(), device.clone(), honest),
    );
    let mut theirs = eve.accepts(&ours.invites()).await.unwrap();
    theirs.says("I am Eve").await;
    ours.syncs();

    let before = theirs.conversation.clone();
    let credential = forged(&public(&victim), &device, &persona);
    let commit = theirs.conversation.commit_as(&device, credential);
    let mut after = theirs.conversation.clone();
    after.merge();
    let next = after.keys();
    theirs.posts(&commit, &next).await;
    ours.syncs();

    ours.does(&["send", "Eve", "still you?"]);
    ours.syncs();
    theirs.gives_up(before);
    assert_eq!(theirs.waits().await, ["still you?"]);
    theirs.says("still me").await;
    ours.syncs();
    let expected = [
        ("I am Eve", false),
        ("still you?", true),
        ("still me", false),
    ];
    let expected = expected.map(|(text, mine)| (text.to_owned(), mine));
    assert_eq!(ours.reads("Eve"), expected);
}

async fn meets_somebody_honest(ours: &Ours, home: &Home) {
    let mut cy = Friend::at("Cy", &home.url).await;
    let mut theirs = cy.accepts(&ours.invites()).await.unwrap();
    theirs.says("I am Cy").await;
    ours.syncs();
    assert_eq!(ours.reads("Cy"), [("I am Cy".to_owned(), false)]);
}
