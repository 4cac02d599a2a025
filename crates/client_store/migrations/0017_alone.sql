-- What somebody keeps for themselves alone. Nothing here is ever told to a home or to anybody, but by an act of theirs.

-- Who matters to them, on a map of their own: ring 1 is the closest, place is the order around a ring.
CREATE TABLE mapped_person (
    id      BLOB PRIMARY KEY,
    name    TEXT NOT NULL,
    kind    TEXT NOT NULL,
    note    TEXT NOT NULL,
    ring    INTEGER NOT NULL CHECK (ring BETWEEN 1 AND 3),
    place   INTEGER NOT NULL,
    contact BLOB REFERENCES contact ON DELETE SET NULL
) WITHOUT ROWID;
CREATE INDEX mapped_person_in_order ON mapped_person (ring, place, id);
CREATE INDEX mapped_person_of_contact ON mapped_person (contact);

-- Letters that are not sent. What one is burned of is overwritten (secure_delete).
CREATE TABLE unsent_letter (
    number    INTEGER PRIMARY KEY,
    id        BLOB NOT NULL UNIQUE,
    receiver  TEXT NOT NULL,
    person    BLOB REFERENCES mapped_person ON DELETE SET NULL,
    contact   BLOB REFERENCES contact ON DELETE SET NULL,
    text      TEXT NOT NULL,
    changed_s INTEGER NOT NULL
);
CREATE INDEX unsent_letter_to_person ON unsent_letter (person);
CREATE INDEX unsent_letter_to_contact ON unsent_letter (contact);

-- What is OK for them, by the names of the crate policy; what is not here stands where everybody starts.
CREATE TABLE own_limit (
    dimension TEXT PRIMARY KEY,
    value     TEXT NOT NULL
) WITHOUT ROWID;

-- How they are found where this app is lost: one card.
CREATE TABLE way_back_card (
    card INTEGER PRIMARY KEY CHECK (card = 1),
    name TEXT NOT NULL,
    home TEXT NOT NULL,
    ways TEXT NOT NULL
);

-- What was written for practice. It is in no backup.
CREATE TABLE practice_line (
    number     INTEGER PRIMARY KEY,
    text       TEXT NOT NULL,
    step       INTEGER NOT NULL,
    taken_back INTEGER NOT NULL DEFAULT 0
);
