-- Past epochs in the order in which they ended, which no clock decides; what is long comes last.
CREATE TABLE epoch_2 (
    number   INTEGER PRIMARY KEY,
    log      BLOB NOT NULL,
    head     BLOB NOT NULL,
    ended_s  INTEGER NOT NULL,
    wrap_key BLOB NOT NULL,
    members  BLOB NOT NULL,
    UNIQUE (log, head)
);
INSERT INTO epoch_2 (log, head, ended_s, wrap_key, members)
    SELECT log, head, ended_s, wrap_key, members FROM epoch ORDER BY ended_s;
DROP TABLE epoch;
ALTER TABLE epoch_2 RENAME TO epoch;
CREATE INDEX epoch_in_order ON epoch (log, number);

-- In which log the pending commit adds them.
ALTER TABLE invitee ADD COLUMN committing_in BLOB;
UPDATE invitee SET committing_in =
    (SELECT pending_commit.log FROM pending_commit JOIN log USING (log)
     WHERE log.conversation = invitee.conversation LIMIT 1)
    WHERE committing = 1;
ALTER TABLE invitee DROP COLUMN committing;
