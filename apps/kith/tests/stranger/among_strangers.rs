//! Two strangers, and nobody of ours but the home.

use crate::friend::{Friend, is_used_up};
use crate::processes::Home;
use crate::thread::Thread;

async fn get_to_know(one: &mut Thread, other: &mut Thread) {
    for round in 0..2 {
        one.says(&format!("hello {round}")).await;
        assert_eq!(other.waits().await, [format!("hello {round}")]);
        other.says("hello yourself").await;
        other.says("and how are you?").await;
        let heard = one.waits().await;
        assert_eq!(heard, ["hello yourself", "and how are you?"]);
        one.commits().await;
        other.hears().await.unwrap();
        assert_eq!(one.spot, other.spot);
        other.commits().await;
        one.hears().await.unwrap();
        assert_eq!(one.spot, other.spot);
    }
    assert_eq!(one.conversation.epoch(), 5);
}

#[tokio::test]
async fn two_strangers_with_inboxes_at_one_home_get_to_know_each_other() {
    let home = Home::start(true);
    let mut cy = Friend::at("Cy", &home.url).await;
    let mut dee = Friend::at("Dee", &home.url).await;
    let link = cy.invites().await;
    let mut dees = dee.accepts(&link).await.unwrap();
    let mut cys = cy.is_answered().await.unwrap();
    get_to_know(&mut cys, &mut dees).await;
    assert!(is_used_up(&link).await);
}

#[tokio::test]
async fn two_strangers_at_two_homes_get_to_know_each_other() {
    let (one, other) = (Home::start(true), Home::start(true));
    let mut cy = Friend::at("Cy", &one.url).await;
    let mut dee = Friend::at("Dee", &other.url).await;
    let mut dees = dee.accepts(&cy.invites().await).await.unwrap();
    assert_eq!(dees.conversation.place.home, other.url);
    let mut cys = cy.is_answered().await.unwrap();
    get_to_know(&mut dees, &mut cys).await;
}

#[tokio::test]
async fn an_invitation_pays_for_somebody_without_a_home() {
    let home = Home::start(false);
    let mut cy = Friend::invited("Cy", &home.url, &home.invitation()).await;
    let mut dee = Friend::homeless("Dee");
    let mut dees = dee.accepts(&cy.invites().await).await.unwrap();
    let mut cys = cy.is_answered().await.unwrap();
    get_to_know(&mut cys, &mut dees).await;
    let mut dees = cy.accepts(&dee.invites().await).await.unwrap();
    let mut cys = dee.is_answered().await.unwrap();
    get_to_know(&mut cys, &mut dees).await;
}

#[tokio::test]
async fn the_second_of_two_rival_commits_is_superseded() {
    let home = Home::start(true);
    let mut cy = Friend::at("Cy", &home.url).await;
    let mut dee = Friend::at("Dee", &home.url).await;
    let mut dees = dee.accepts(&cy.invites().await).await.unwrap();
    let mut cys = cy.is_answered().await.unwrap();
    let before = dees.conversation.clone();
    let (late, next) = dees.conversation.commit();
    cys.commits().await;
    let answer = dees.posts(&late, &next).await;
    let superseded = protocol::refusal::HomeError::Superseded {
        children: vec![protocol::id::HeadId::new(cys.spot.head)],
    };
    assert_eq!(answer, protocol::frame::Response::Error(superseded));
    dees.gives_up(before);
    dees.hears().await.unwrap();
    assert_eq!(cys.spot, dees.spot);
    dees.commits().await;
    cys.hears().await.unwrap();
    assert_eq!(cys.spot, dees.spot);
}
