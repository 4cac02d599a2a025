-- Conversations of more than two, members who come and go, and repair.

ALTER TABLE conversation ADD COLUMN kind TEXT NOT NULL DEFAULT 'pair'
    CHECK (kind IN ('pair', 'circle'));

-- A log may also be left, be closed to this device, or wait for this device to be added anew.
CREATE TABLE log_2 (
    log           BLOB PRIMARY KEY,
    conversation  BLOB NOT NULL REFERENCES conversation,
    persona       BLOB NOT NULL REFERENCES persona,
    group_id      BLOB NOT NULL UNIQUE,
    home_url      TEXT NOT NULL,
    home_key      BLOB NOT NULL,
    state         TEXT NOT NULL CHECK (state IN
                      ('opening', 'open', 'halted', 'removed', 'behind', 'left')),
    halted        TEXT,
    head          BLOB NOT NULL,
    base          INTEGER NOT NULL,
    next_seq      INTEGER NOT NULL,
    chain         BLOB NOT NULL,
    closing_seed  BLOB,
    leaf_update_s INTEGER NOT NULL,
    -- The last repair of the log that was dealt with.
    repairs_after INTEGER NOT NULL DEFAULT 0
) WITHOUT ROWID;
INSERT INTO log_2 (log, conversation, persona, group_id, home_url, home_key, state, halted, head,
                   base, next_seq, chain, closing_seed, leaf_update_s)
    SELECT log, conversation, persona, group_id, home_url, home_key, state, halted, head,
           base, next_seq, chain, closing_seed, leaf_update_s FROM log;
DROP TABLE log;
ALTER TABLE log_2 RENAME TO log;
CREATE INDEX log_of_conversation ON log (conversation);

-- The Welcome of those that our commit adds; it goes out once the commit is canonical.
ALTER TABLE pending_commit ADD COLUMN welcome BLOB;

-- A circle that waits for its home to have its log.
CREATE TABLE founding (
    use_id       BLOB PRIMARY KEY,
    conversation BLOB NOT NULL UNIQUE REFERENCES conversation,
    log          BLOB NOT NULL,
    token        BLOB NOT NULL,
    allowed      INTEGER NOT NULL DEFAULT 0
) WITHOUT ROWID;

-- Somebody who is to be added to a circle, step by step: what their inbox hands out is fetched, a
-- commit adds them, the Welcome is left. With a leaf: a member of any conversation whom a commit
-- left behind, and who is to be removed and added again.
CREATE TABLE invitee (
    use_id       BLOB PRIMARY KEY,
    conversation BLOB NOT NULL REFERENCES conversation,
    fingerprint  BLOB NOT NULL,
    way          BLOB NOT NULL,
    step         TEXT NOT NULL CHECK (step IN ('fetch', 'add', 'knock')),
    key_packages BLOB,
    leaf         INTEGER,
    leaf_key     BLOB,
    -- Whether the pending commit adds them.
    committing   INTEGER NOT NULL DEFAULT 0,
    item         BLOB
) WITHOUT ROWID;
CREATE INDEX invitee_of_conversation ON invitee (conversation, step);

-- Personas whose devices the next commit removes: at once if somebody asked for it, with the next
-- thing that is sent if they left by themselves.
CREATE TABLE removal (
    conversation BLOB NOT NULL REFERENCES conversation,
    fingerprint  BLOB NOT NULL,
    at_once      INTEGER NOT NULL,
    PRIMARY KEY (conversation, fingerprint)
) WITHOUT ROWID;

-- What is kept of past epochs, to read the repairs of those who stayed behind in them.
CREATE TABLE epoch (
    log       BLOB NOT NULL,
    head      BLOB NOT NULL,
    wrap_key  BLOB NOT NULL,
    members   BLOB NOT NULL,
    ended_s   INTEGER NOT NULL,
    PRIMARY KEY (log, head)
) WITHOUT ROWID;

-- Our own request to be added again, left at the last head that this device reached.
CREATE TABLE repair (
    log      BLOB PRIMARY KEY,
    head     BLOB NOT NULL,
    body     BLOB NOT NULL,
    answered INTEGER NOT NULL DEFAULT 0,
    made_s   INTEGER NOT NULL
) WITHOUT ROWID;

-- The newest Welcome items for groups that this device is still in, as they were opened: they count
-- once this device reads that it was removed.
CREATE TABLE held_welcome (
    number INTEGER PRIMARY KEY,
    log    BLOB NOT NULL,
    inbox  BLOB NOT NULL REFERENCES inbox,
    item   BLOB NOT NULL
);
CREATE INDEX held_welcome_of_log ON held_welcome (log, number);

-- A capability may also be for one Welcome, that of a repair of this log.
ALTER TABLE capability ADD COLUMN repairs BLOB;
