-- Logs, heads, entries, children, and the tokens that open logs. Nothing here names an inbox, a
-- connection or an address; the finest time is a day. Numbers rise within this file and mean
-- nothing in any other.

CREATE TABLE tokens (
    hash BLOB PRIMARY KEY CHECK (length(hash) = 32),
    spent INTEGER NOT NULL DEFAULT 0 CHECK (spent IN (0, 1))
) STRICT, WITHOUT ROWID;

CREATE TABLE logs (
    number INTEGER PRIMARY KEY,
    log BLOB NOT NULL UNIQUE CHECK (length(log) = 16)
) STRICT;

CREATE TABLE heads (
    number INTEGER PRIMARY KEY,
    log INTEGER NOT NULL REFERENCES logs (number),
    head BLOB NOT NULL CHECK (length(head) = 32),
    write_key BLOB NOT NULL CHECK (length(write_key) = 32),
    read_key BLOB NOT NULL CHECK (length(read_key) = 32),
    UNIQUE (log, head)
) STRICT;

-- Rows stand in the order in which they came, so that an append writes at the end of the table.
CREATE TABLE entries (
    number INTEGER PRIMARY KEY,
    head INTEGER NOT NULL REFERENCES heads (number),
    seq INTEGER NOT NULL CHECK (seq > 0),
    kind INTEGER NOT NULL,
    hash BLOB NOT NULL CHECK (length(hash) = 32),
    chain BLOB NOT NULL CHECK (length(chain) = 32),
    body BLOB
) STRICT;
CREATE UNIQUE INDEX entries_of_head ON entries (head, seq);

-- The first entry of each day, by which bodies are dropped a day at a time.
CREATE TABLE days (
    day INTEGER PRIMARY KEY,
    first_entry INTEGER NOT NULL
) STRICT;

-- Hashes of recent bodies, by which a repeated append finds its first answer.
CREATE TABLE seen (
    log INTEGER NOT NULL REFERENCES logs (number),
    hash BLOB NOT NULL,
    head INTEGER NOT NULL,
    entry INTEGER NOT NULL,
    day INTEGER NOT NULL,
    PRIMARY KEY (log, hash, head)
) STRICT, WITHOUT ROWID;

CREATE TABLE children (
    number INTEGER PRIMARY KEY,
    parent INTEGER NOT NULL REFERENCES heads (number),
    place INTEGER NOT NULL CHECK (place BETWEEN 1 AND 64),
    head INTEGER NOT NULL UNIQUE REFERENCES heads (number),
    body BLOB NOT NULL,
    UNIQUE (parent, place)
) STRICT;
