//! What one person with real keys must not be able to do to everything else in a profile.

use crate::circles::{
    CLEO, acquainted as circle_friends, add, circle, circle_of, contact_of, fingerprint, say,
};
use crate::hostile::{Stranger, log_of, log_of_circle};
use crate::lies::rewrite;
use crate::people::{
    ADA, BOB, HOME, OTHER_HOME, accept, acquainted, invite, persona_of, settle_in,
};
use crate::wishes::circle_and_a_friend;
use crate::world::{Member, World};
use client_core::Event;
use client_store::log::{LogRow, LogState};
use mls::device::Device;
use mls::device_list::{DeviceList, ListedDevice};
use mls::group::Group;
use mls::inbox_seal::{Published, inbox_key_pair, open_published, seal_item, seal_published};
use mls::key_package::{self, CheckedKeyPackage};
use mls::key_value::MemoryKeyValue;
use mls::persona::PersonaSecret;
use mls::place::{Kind, Place};
use mls::provider::{Entropy, Provider};
use mls::welcome_item::{ReturnInbox, WelcomeItem};
use openmls::prelude::tls_codec::Serialize as _;
use openmls::prelude::{
    Capabilities, Ciphersuite, Credential, CredentialType, CredentialWithKey, ExtensionType,
    KeyPackage, Lifetime, ProtocolVersion,
};
use protocol::frame::{Request, Response};
use protocol::hash;
use protocol::id::{DeviceLabel, InboxId, LogId, UseId};
use protocol::name::Name;
use protocol::request::{Fetch, Knock};
use protocol::response::FetchedKeyPackage;
use protocol::secret::{CapabilitySecret, SealKey};

/// Somebody's name as they have it: persona and device.
pub fn keys_of(world: &World, name: &str) -> (PersonaSecret, Device) {
    let store = world.client(name).open_store();
    let row = store.persona(persona_of(world, name)).unwrap().unwrap();
    let device = Device::restore(&row.device_seed, &row.credential).unwrap();
    (PersonaSecret::from_seed(&row.persona_seed), device)
}

/// A KeyPackage with a lifetime and abilities of one's own choice.
fn key_package_with(device: &Device, lifetime: Lifetime, extensions: &[ExtensionType]) -> Vec<u8> {
    let store = MemoryKeyValue::default();
    let entropy = Entropy::from_seed([0x51; 32]);
    let suite = Ciphersuite::MLS_128_DHKEMX25519_AES128GCM_SHA256_Ed25519;
    Provider::run(&store, &entropy, |provider| {
        let capabilities = Capabilities::new(
            Some(&[ProtocolVersion::Mls10]),
            Some(&[suite]),
            Some(extensions),
            None,
            Some(&[CredentialType::Other(0xf01a)]),
        );
        let credential = CredentialWithKey {
            credential: Credential::new(
                CredentialType::Other(0xf01a),
                device.credential().as_bytes().to_vec(),
            ),
            signature_key: device.credential().device_key().as_slice().into(),
        };
        let bundle = KeyPackage::builder()
            .key_package_lifetime(lifetime)
            .leaf_node_capabilities(capabilities)
            .build(suite, provider, device, credential)
            .unwrap();
        Ok::<_, mls::error::MlsError>(bundle.key_package().tls_serialize_detached().unwrap())
    })
    .unwrap()
}

const ALL: [ExtensionType; 2] = [ExtensionType::LastResort, ExtensionType::Unknown(0xf01b)];

fn some_way(world: &World) -> ReturnInbox {
    let entropy = Entropy::from_seed([0x52; 32]);
    let (_, inbox_key) = inbox_key_pair(&entropy, &[3; 32]).unwrap();
    let log = log_of(world, ADA);
    ReturnInbox {
        home: log.home,
        home_key: log.home_key,
        inbox: InboxId::new([7; 16]),
        inbox_key,
        seal_key: SealKey::new([8; 32]),
        capability: CapabilitySecret::new([9; 32]),
    }
}

/// Whether somebody's program goes on: no input ever failed for a reason of its own.
pub fn goes_on(world: &World, name: &str) -> bool {
    world.client(name).bugs == 0 && world.client(name).failures == 0
}

#[test]
fn a_link_to_devices_that_cannot_be_in_one_group_is_refused_and_harms_nothing_else() {
    let mut world = World::new(1);
    world.add_home(HOME);
    settle_in(&mut world, ADA, Some(HOME));
    settle_in(&mut world, BOB, None);
    let link = invite(&mut world, ADA, 1);
    let (persona, device) = keys_of(&world, ADA);
    let invitation = protocol::invitation::Invitation::from_link(&link).unwrap();
    // One device, listed twice, with a KeyPackage each.
    world.lie(rewrite(BOB, move |mut response| {
        if let Response::Fetched(fetched) = &mut response {
            let entropy = Entropy::from_seed([0x53; 32]);
            let (key, inbox) = (&invitation.seal_key, &invitation.inbox);
            let labels = [DeviceLabel::new([1; 16]), DeviceLabel::new([2; 16])];
            let device_key = *device.credential().device_key();
            let devices = labels.map(|label| ListedDevice {
                label,
                device: device_key,
            });
            let list = DeviceList::new(&persona.key(), devices.into(), 1).sign(&persona);
            fetched.device_list =
                seal_published(key, &entropy, inbox, Published::DeviceList, &list).unwrap();
            fetched.key_packages = labels
                .into_iter()
                .map(|label| {
                    let store = MemoryKeyValue::default();
                    let bytes = Provider::run(&store, &entropy, |provider| {
                        key_package::generate(provider, &device, false)
                    })
                    .unwrap();
                    let what = Published::KeyPackage;
                    FetchedKeyPackage {
                        device: label,
                        key_package: seal_published(key, &entropy, inbox, what, &bytes).unwrap(),
                    }
                })
                .collect();
        }
        vec![response]
    }));
    accept(&mut world, BOB, &link);
    world.go_online(BOB);
    world.run_for(120_000);
    assert!(goes_on(&world, BOB));
    let failed = |event: &Event| matches!(event, Event::AcceptanceFailed(..));
    assert!(world.events(BOB).iter().any(failed));
}

/// Ada leaves a request to be added again at the head of now, once Bob has gone on by a commit of
/// his own; what she would be added by is hers to choose.
fn ask_for_repair_with(world: &mut World, bytes: Vec<u8>) {
    let (log, way) = (log_of(world, ADA).log, some_way(world));
    let requests = Member::new(world, HOME, ADA, log).repair(bytes, way);
    world.pass_days(8);
    crate::people::say(world, BOB, "on");
    world.run();
    world.go_offline(ADA);
    for request in requests {
        assert_eq!(world.ask(HOME, &request).kind(), "done");
    }
}

#[test]
fn a_request_for_repair_that_no_commit_can_follow_harms_nothing_else() {
    let mut world = acquainted(2);
    let (_, device) = keys_of(&world, ADA);
    // It lacks what every member of a group of ours must be able to do.
    let bytes = key_package_with(&device, Lifetime::init(0, u64::MAX), &ALL[..1]);
    ask_for_repair_with(&mut world, bytes);
    world.run_for(120_000);
    assert!(goes_on(&world, BOB));
    crate::people::say(&mut world, BOB, "still here");
    world.run_for(120_000);
    assert_eq!(world.engine(BOB).waiting().unwrap().total(), 0);
}

fn unix_s() -> u64 {
    let now = std::time::SystemTime::now();
    now.duration_since(std::time::UNIX_EPOCH).unwrap().as_secs()
}

#[test]
fn members_agree_on_a_commit_however_late_they_read_it() {
    let mut world = circle(3, &[BOB, CLEO]);
    let dan = "dan";
    settle_in(&mut world, dan, None);
    let link = invite(&mut world, ADA, 1);
    accept(&mut world, dan, &link);
    world.go_online(dan);
    world.go_online(ADA);
    world.run();
    world.go_offline(BOB);
    let (_, device) = keys_of(&world, dan);
    let store = world.client(ADA).open_store();
    let way = store.contact(contact_of(&world, dan)).unwrap().unwrap();
    let way = way.return_inbox.unwrap();
    drop(store);
    world.lie(rewrite(ADA, move |mut response| {
        if let Response::Fetched(fetched) = &mut response {
            let entropy = Entropy::from_seed([0x55; 32]);
            let bytes = key_package_with(&device, Lifetime::init(0, unix_s() + 3), &ALL);
            let (key, inbox) = (&way.seal_key, &way.inbox);
            let what = Published::KeyPackage;
            let sealed = seal_published(key, &entropy, inbox, what, &bytes).unwrap();
            fetched.key_packages[0].key_package = sealed;
        }
        vec![response]
    }));
    add(&mut world, dan);
    world.run();
    std::thread::sleep(std::time::Duration::from_secs(5));
    world.go_online(BOB);
    world.run();
    say(&mut world, BOB, "hello");
    world.run();
    assert_eq!(
        log_of_circle(&world, BOB).head,
        log_of_circle(&world, ADA).head
    );
}

/// A Welcome of Ada's making into a group of her own, by one KeyPackage, left in an inbox.
fn welcome_into(
    world: &mut World,
    place: Place,
    group_id: [u8; 32],
    bytes: &[u8],
    way: &ReturnInbox,
) {
    let entropy = Entropy::from_seed([0x56; 32]);
    let (_, device) = keys_of(world, ADA);
    let now_s = world.now().unix_s();
    let (store, founded) = (MemoryKeyValue::default(), place.clone());
    let welcome = Provider::run(&store, &entropy, |provider| {
        let checked = CheckedKeyPackage::check(provider, bytes, now_s)?;
        Ok::<_, mls::error::MlsError>(
            Group::found(provider, &device, founded, group_id, &[checked])?.welcome,
        )
    })
    .unwrap();
    let head = hash::first_head(&place.log);
    let (_, inbox_key) = inbox_key_pair(&entropy, &[3; 32]).unwrap();
    let item = WelcomeItem {
        welcome,
        home: place.home.clone(),
        home_key: place.home_key,
        log: place.log,
        head,
        seq: 0,
        chain: hash::chain_start(&place.log, &head),
        return_inbox: ReturnInbox {
            home: place.home.clone(),
            home_key: place.home_key,
            inbox: InboxId::new([7; 16]),
            inbox_key,
            seal_key: SealKey::new([8; 32]),
            capability: CapabilitySecret::new([9; 32]),
        },
        name: Name::parse("Ada").unwrap(),
        capability: way.capability.clone(),
        base: 0,
    }
    .sign(&device);
    let item = seal_item(&entropy, &way.inbox_key, &way.inbox, &item).unwrap();
    let knock = Request::Knock(Knock {
        inbox: way.inbox,
        capability: way.capability.clone(),
        use_id: UseId::new([0x57; 16]),
        item,
    });
    let home = if way.home == World::url(HOME) {
        HOME
    } else {
        OTHER_HOME
    };
    assert_eq!(world.ask(home, &knock).kind(), "done");
}

fn place_like(log: &LogRow) -> Place {
    Place {
        generation: 0,
        home: log.home.clone(),
        home_key: log.home_key,
        log: LogId::new([0x58; 16]),
        boats: Vec::new(),
        closing_key: [1; 32],
        conversation: [0x59; 32],
        kind: Kind::Circle,
    }
}

/// Ada's way to somebody's inbox, and a KeyPackage that it handed out.
fn fetched_by(world: &mut World, way: &ReturnInbox) -> Vec<u8> {
    let fetch = Request::Fetch(Fetch {
        inbox: way.inbox,
        capability: way.capability.clone(),
        use_id: UseId::new([0x57; 16]),
        log_token: None,
        inbox_token: None,
    });
    let home = if way.home == World::url(HOME) {
        HOME
    } else {
        OTHER_HOME
    };
    let Response::Fetched(fetched) = world.ask(home, &fetch) else {
        panic!("the way does not work");
    };
    let sealed = &fetched.key_packages[0].key_package;
    open_published(&way.seal_key, &way.inbox, Published::KeyPackage, sealed).unwrap()
}

fn way_to(world: &World, name: &str) -> ReturnInbox {
    let store = world.client(ADA).open_store();
    let contact = store.contact(contact_of(world, name)).unwrap().unwrap();
    contact.return_inbox.unwrap()
}

#[test]
fn a_welcome_with_the_id_of_a_group_that_was_left_is_passed_over() {
    let mut world = circle(4, &[BOB, CLEO]);
    let left = log_of_circle(&world, BOB);
    let id = circle_of(&world, BOB).unwrap();
    world
        .act(BOB, |engine, now| engine.leave_circle(now, id))
        .unwrap();
    world.run();
    assert_eq!(log_of_circle(&world, BOB).state, LogState::Left);
    let way = way_to(&world, BOB);
    let bytes = fetched_by(&mut world, &way);
    let group_id = left.group_id.clone().try_into().unwrap();
    welcome_into(&mut world, place_like(&left), group_id, &bytes, &way);
    world.run_for(120_000);
    assert!(goes_on(&world, BOB));
}

#[test]
fn nobody_finds_out_by_a_circle_that_two_names_are_of_one_person() {
    let mut world = circle_friends(5, &[BOB]);
    world.go_offline(BOB);
    let other = world
        .act(BOB, |engine, now| engine.new_persona(now, "secret"))
        .unwrap();
    let url = World::url(HOME);
    world
        .act(BOB, |engine, now| {
            engine.join_home(now, other, url, protocol::request::Admission::Open)
        })
        .unwrap();
    let id = world
        .act(BOB, |engine, now| {
            engine.new_invitation(now, other, 2, None, None)
        })
        .unwrap();
    world.go_online(BOB);
    world.run();
    let link = world.engine(BOB).invitation(id).unwrap().link.unwrap();
    // Ada has the link of a name of which she suspects that it is Bob's.
    let stranger = Stranger::new(&world, &link, 3);
    let invitation = stranger.invitation;
    let fetch = Request::Fetch(Fetch {
        inbox: invitation.inbox,
        capability: invitation.capability.clone(),
        use_id: UseId::new([0x60; 16]),
        log_token: None,
        inbox_token: None,
    });
    let Response::Fetched(fetched) = world.ask(HOME, &fetch) else {
        panic!("the link does not work");
    };
    let sealed = &fetched.key_packages[0].key_package;
    let (key, inbox) = (&invitation.seal_key, &invitation.inbox);
    let bytes = open_published(key, inbox, Published::KeyPackage, sealed).unwrap();
    let way = way_to(&world, BOB);
    let place = place_like(&log_of(&world, ADA));
    welcome_into(&mut world, place, [0x61; 32], &bytes, &way);
    world.run_for(120_000);
    assert!(goes_on(&world, BOB));
    let logs = world.client(BOB).open_store().logs().unwrap();
    assert_eq!(logs.len(), 1, "a group that the name is not in was joined");
}

#[test]
fn somebody_can_be_repaired_however_often_it_was_needed_before() {
    let mut world = circle(6, &[BOB, CLEO]);
    for round in 0..18 {
        let (log, cleo) = (log_of_circle(&world, ADA).log, fingerprint(&world, CLEO));
        Member::new(&mut world, HOME, ADA, log).post_spoiled(&cleo);
        world.run();
        world.pass_s(2);
        assert_eq!(
            log_of_circle(&world, CLEO).head,
            log_of_circle(&world, ADA).head,
            "round {round}"
        );
    }
}

#[test]
fn who_waits_to_be_added_can_be_kept_out() {
    let mut world = circle_and_a_friend(7);
    let (id, cleo) = (circle_of(&world, ADA).unwrap(), contact_of(&world, CLEO));
    let whom = fingerprint(&world, CLEO);
    world.set_reachable(HOME, false);
    world
        .act(ADA, |engine, now| engine.add_to_circle(now, id, &[cleo]))
        .unwrap();
    world.run_for(60_000);
    let kept_out = world.act(ADA, |engine, now| engine.remove_from_circle(now, id, &whom));
    assert!(kept_out.is_ok(), "{kept_out:?}");
    world.set_reachable(HOME, true);
    world.run_for(120_000);
    assert!(circle_of(&world, CLEO).is_none());
}
