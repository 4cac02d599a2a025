-- What contacts are told in their inboxes: where this name can be reached, and that a restored device asks
-- to be let in again. And what contacts asked so.

CREATE TABLE contact_item (
    use_id   BLOB PRIMARY KEY,
    contact  BLOB NOT NULL REFERENCES contact,
    -- The log that this device asks to be let into; none: only the way is told.
    log      BLOB UNIQUE,
    -- Sealed, once it was made; the same at each try.
    item     BLOB,
    made_s   INTEGER NOT NULL DEFAULT 0,
    answered INTEGER NOT NULL DEFAULT 0
) WITHOUT ROWID;
-- Whoever accepted an invitation of ours was never told the way back.
INSERT INTO contact_item (use_id, contact)
    SELECT randomblob(16), id FROM contact WHERE return_inbox IS NOT NULL;

-- Requests of restored devices that were followed, by their own time: none is followed twice.
CREATE TABLE rejoined (
    log      BLOB NOT NULL,
    asked_ms INTEGER NOT NULL,
    seen_s   INTEGER NOT NULL,
    PRIMARY KEY (log, asked_ms)
) WITHOUT ROWID;

-- The log in which all their devices are removed by the commit that adds them.
ALTER TABLE invitee ADD COLUMN rejoins BLOB;

-- Whether the device from before may have sent it already, so that it cannot be taken back without a word.
ALTER TABLE outbox ADD COLUMN may_have_left INTEGER NOT NULL DEFAULT 0;
