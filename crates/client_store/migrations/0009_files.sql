-- Files that go with items. Their content lies beside this file, sealed, under the name of its root.

CREATE TABLE file (
    item          BLOB NOT NULL REFERENCES item (id),
    -- Its place among the files of the item, from 0.
    place         INTEGER NOT NULL,
    -- What its sender calls it and says that it is.
    name          TEXT NOT NULL,
    media_type    TEXT NOT NULL,
    content_bytes INTEGER NOT NULL,
    blob          BLOB NOT NULL,
    key           BLOB NOT NULL,
    root          BLOB NOT NULL,
    hash          BLOB NOT NULL,
    -- away: at its home alone; here: whole beside this file; gone: erased at its home, and not here.
    state         TEXT NOT NULL CHECK (state IN ('away', 'here', 'gone')),
    PRIMARY KEY (item, place)
) WITHOUT ROWID;
CREATE INDEX file_root ON file (root);

-- Own blobs that are to be put, or were.
CREATE TABLE upload (
    blob          BLOB PRIMARY KEY,
    item          BLOB NOT NULL REFERENCES item (id),
    place         INTEGER NOT NULL,
    delete_secret BLOB NOT NULL,
    -- The log at whose home it is, or was begun.
    log           BLOB,
    state         TEXT NOT NULL CHECK (state IN ('waiting', 'whole', 'refused')),
    -- Why it was refused, in a sentence.
    refused       TEXT,
    CHECK ((state = 'refused') = (refused IS NOT NULL))
) WITHOUT ROWID;
CREATE INDEX upload_of_item ON upload (item, place);
CREATE INDEX upload_refused ON upload (item) WHERE state = 'refused';

-- Blobs that a home is still to be told to erase.
CREATE TABLE erasure (
    blob          BLOB PRIMARY KEY,
    home_url      TEXT NOT NULL,
    persona       BLOB NOT NULL REFERENCES persona,
    delete_secret BLOB NOT NULL
) WITHOUT ROWID;
CREATE INDEX erasure_at_home ON erasure (home_url, persona);
