-- Which blobs there are. Their bytes lie elsewhere, under the blob's id. The day is that of the last
-- wish to put a blob that is awaited, of the lease of one that is whole, of the end of one that is erased.

CREATE TABLE blobs (
    number INTEGER PRIMARY KEY,
    blob BLOB NOT NULL UNIQUE CHECK (length(blob) = 16),
    log INTEGER NOT NULL REFERENCES logs (number),
    size INTEGER NOT NULL CHECK (size > 0),
    delete_hash BLOB NOT NULL CHECK (length(delete_hash) = 32),
    hash BLOB CHECK (length(hash) = 32),
    -- 0: awaited. 1: whole. 2: being erased. 3: erased.
    state INTEGER NOT NULL DEFAULT 0 CHECK (state IN (0, 1, 2, 3)),
    day INTEGER NOT NULL,
    CHECK ((state = 1) = (hash IS NOT NULL))
) STRICT;
CREATE INDEX blobs_by_age ON blobs (state, day);
CREATE INDEX blobs_of_log ON blobs (log, state, size);

-- All blobs but the erased ones, counted here so that nothing has to count them.
CREATE TABLE blob_totals (
    one INTEGER PRIMARY KEY CHECK (one = 1),
    blobs INTEGER NOT NULL,
    bytes INTEGER NOT NULL
) STRICT;
INSERT INTO blob_totals (one, blobs, bytes) VALUES (1, 0, 0);

CREATE TRIGGER blob_counted AFTER INSERT ON blobs BEGIN
    UPDATE blob_totals SET blobs = blobs + 1, bytes = bytes + new.size;
END;
CREATE TRIGGER blob_discounted AFTER UPDATE OF state ON blobs WHEN old.state < 3 AND new.state = 3 BEGIN
    UPDATE blob_totals SET blobs = blobs - 1, bytes = bytes - new.size;
END;
