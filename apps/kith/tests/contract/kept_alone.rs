//! What somebody keeps for themselves in the browser is none of the command line's commands, and it takes care of it: such
//! a profile is shown, looked through, backed up and restored as any other.

use rusqlite::Connection;

use super::backups::{back_up, folder, restore};
use crate::support::person::Person;

const KEPT: &str = "
    INSERT INTO mapped_person VALUES (x'01010101010101010101010101010101', 'Cleo', 'my sister', 'calls on Sundays', 1, 1, NULL);
    INSERT INTO unsent_letter VALUES (1, x'02020202020202020202020202020202', 'Cleo', x'01010101010101010101010101010101',
        NULL, 'Dear Cleo, I never said', 1700000000);
    INSERT INTO own_limit VALUES ('picture', 'no');
    INSERT INTO way_back_card VALUES (1, 'Ada', 'https://example.org', 'The library, on Sundays');
    INSERT INTO practice_line VALUES (1, 'Hello?', 2, 0);";

/// Everything that is kept alone, as text.
fn kept(person: &Person) -> Vec<String> {
    let database = Connection::open(person.profile().join("profile.db")).unwrap();
    let sql = "
        SELECT concat_ws('|', hex(id), name, kind, note, ring, place, contact) FROM mapped_person UNION ALL
        SELECT concat_ws('|', hex(id), receiver, hex(person), contact, text, changed_s) FROM unsent_letter UNION ALL
        SELECT concat_ws('|', dimension, value) FROM own_limit UNION ALL
        SELECT concat_ws('|', name, home, ways) FROM way_back_card";
    let mut statement = database.prepare(sql).unwrap();
    let rows = statement.query_map([], |row| row.get(0)).unwrap();
    rows.map(Result::unwrap).collect()
}

#[test]
fn what_is_kept_alone_is_backed_up_and_comes_back_and_no_command_minds_it() {
    let ada = Person::local("Ada");
    let new = ["conversation", "new", "--kind", "self", "--title", "Notes"];
    ada.run(&new).ok();
    ada.run(&["send", "Notes", "as before"]).ok();
    let database = Connection::open(ada.profile().join("profile.db")).unwrap();
    database.execute_batch(KEPT).unwrap();
    drop(database);
    let before = kept(&ada);
    assert_eq!(before.len(), 4);
    assert_eq!(ada.shown("Notes").len(), 1);
    ada.run(&["doctor"]).ok();
    let check = ada.run(&["profile", "check"]).ok().line();
    assert_eq!(check["wrong_in_all"], 0);
    let phrase = back_up(&ada)["phrase"].as_str().unwrap().to_owned();
    let (again, said) = restore(&folder(&ada), &phrase);
    said.ok();
    assert_eq!(kept(&again), before);
    let database = Connection::open(again.profile().join("profile.db")).unwrap();
    let practised: u32 = database
        .query_row("SELECT count(*) FROM practice_line", [], |row| row.get(0))
        .unwrap();
    assert_eq!(practised, 0, "practice is thrown away");
}
