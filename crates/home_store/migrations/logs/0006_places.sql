-- Entries stand in the order in which they came and in no other; where those of one head stand is told by
-- `places`, which is filled later and in its own order. So an append writes at the end of one table, however
-- many logs there are.

ALTER TABLE entries RENAME TO entries_before;
CREATE TABLE entries (
    number INTEGER PRIMARY KEY,
    head INTEGER NOT NULL,
    seq INTEGER NOT NULL CHECK (seq > 0),
    kind INTEGER NOT NULL,
    hash BLOB NOT NULL CHECK (length(hash) = 32),
    chain BLOB NOT NULL CHECK (length(chain) = 32),
    body BLOB
) STRICT;
INSERT INTO entries SELECT number, head, seq, kind, hash, chain, body FROM entries_before ORDER BY number;
DROP TABLE entries_before;

-- `mark` is the beginning of the hash, by which a repeated body is found again.
CREATE TABLE places (
    head INTEGER NOT NULL,
    seq INTEGER NOT NULL,
    entry INTEGER NOT NULL,
    mark BLOB NOT NULL CHECK (length(mark) = 8),
    PRIMARY KEY (head, seq)
) STRICT, WITHOUT ROWID;
INSERT INTO places SELECT head, seq, number, substr(hash, 1, 8) FROM entries ORDER BY head, seq;

-- Entries up to this number have their place.
CREATE TABLE placed (
    one INTEGER PRIMARY KEY CHECK (one = 1),
    entry INTEGER NOT NULL
) STRICT;
INSERT INTO placed SELECT 1, coalesce(max(number), 0) FROM entries;

DROP TABLE seen;
