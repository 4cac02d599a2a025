//! A stranger and somebody who uses our command line.

use crate::friend::Friend;
use crate::processes::{Home, Ours};
use crate::thread::Thread;

async fn get_to_know(ours: &Ours, conversation: &str, theirs: &mut Thread) {
    theirs.says("hello from afar").await;
    ours.syncs();
    ours.does(&["send", conversation, "hello from here"]);
    ours.syncs();
    assert_eq!(theirs.waits().await, ["hello from here"]);
    theirs.commits().await;
    theirs.says("with new keys").await;
    ours.syncs();
    ours.does(&["send", conversation, "me too"]);
    ours.syncs();
    assert_eq!(theirs.waits().await, ["me too"]);
    let expected = [
        ("hello from afar", false),
        ("hello from here", true),
        ("with new keys", false),
        ("me too", true),
    ];
    let expected = expected.map(|(text, mine)| (text.to_owned(), mine));
    assert_eq!(ours.reads(conversation), expected);
}

#[tokio::test]
async fn ours_accepts_a_strangers_invitation() {
    let home = Home::start(true);
    let ours = Ours::join("Ada", &home);
    let mut cy = Friend::at("Cy", &home.url).await;
    let lines = ours.does(&["invite", "accept", &cy.invites().await]);
    assert_eq!(lines[0]["name"], "Cy");
    let conversation = lines[0]["conversation"].as_str().unwrap();
    ours.syncs();
    let mut theirs = cy.is_answered().await.unwrap();
    get_to_know(&ours, conversation, &mut theirs).await;
}

#[tokio::test]
async fn a_stranger_accepts_an_invitation_of_ours() {
    let home = Home::start(true);
    let ours = Ours::join("Ada", &home);
    let mut cy = Friend::homeless("Cy");
    let mut theirs = cy.accepts(&ours.invites()).await.unwrap();
    ours.syncs();
    assert_eq!(ours.conversations(), 1);
    get_to_know(&ours, "Cy", &mut theirs).await;
}

#[tokio::test]
async fn a_stranger_at_another_home_accepts_an_invitation_of_ours() {
    let (home, other) = (Home::start(true), Home::start(true));
    let ours = Ours::join("Ada", &home);
    let mut cy = Friend::at("Cy", &other.url).await;
    let mut theirs = cy.accepts(&ours.invites()).await.unwrap();
    get_to_know(&ours, "Cy", &mut theirs).await;
}

#[tokio::test]
async fn ours_stops_where_a_stranger_was_shown_another_history() {
    let home = Home::start(true);
    let ours = Ours::join("Ada", &home);
    let mut cy = Friend::homeless("Cy");
    let mut theirs = cy.accepts(&ours.invites()).await.unwrap();
    theirs.says("all is well").await;
    ours.syncs();
    theirs.chain = [9; 32];
    theirs.says("what I saw was something else").await;
    ours.tries(&["sync", "--wait", "1"]);
    assert_eq!(ours.reads("Cy"), [("all is well".to_owned(), false)]);
    let said = ours.tries(&["send", "Cy", "and now?"]);
    assert_eq!(said.exit, 5, "{said:?}");
    assert!(said.error.contains("different histories"), "{}", said.error);
}
