-- The phrase that opens this profile's backups, and what a restored profile needs: logs in which this device
-- is none of the members yet, and a device list that is told from the one before.

CREATE TABLE recovery (
    one     INTEGER PRIMARY KEY CHECK (one = 1),
    entropy BLOB NOT NULL,
    shown   INTEGER NOT NULL DEFAULT 0
);

ALTER TABLE inbox ADD COLUMN list_version INTEGER NOT NULL DEFAULT 1;

CREATE TABLE log_3 (
    log           BLOB PRIMARY KEY,
    conversation  BLOB NOT NULL REFERENCES conversation,
    persona       BLOB NOT NULL REFERENCES persona,
    group_id      BLOB NOT NULL UNIQUE,
    home_url      TEXT NOT NULL,
    home_key      BLOB NOT NULL,
    state         TEXT NOT NULL CHECK (state IN
                      ('opening', 'open', 'halted', 'removed', 'behind', 'left', 'rejoining')),
    halted        TEXT,
    head          BLOB NOT NULL,
    base          INTEGER NOT NULL,
    next_seq      INTEGER NOT NULL,
    chain         BLOB NOT NULL,
    closing_seed  BLOB,
    leaf_update_s INTEGER NOT NULL,
    repairs_after INTEGER NOT NULL DEFAULT 0
) WITHOUT ROWID;
INSERT INTO log_3 (log, conversation, persona, group_id, home_url, home_key, state, halted, head,
                   base, next_seq, chain, closing_seed, leaf_update_s, repairs_after)
    SELECT log, conversation, persona, group_id, home_url, home_key, state, halted, head,
           base, next_seq, chain, closing_seed, leaf_update_s, repairs_after FROM log;
DROP TABLE log;
ALTER TABLE log_3 RENAME TO log;
CREATE INDEX log_of_conversation ON log (conversation);
