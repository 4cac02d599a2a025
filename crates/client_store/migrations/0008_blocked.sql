-- Who is blocked, under all own names alike: by the fingerprint of their persona, since when in Unix
-- milliseconds.
CREATE TABLE blocked (
    fingerprint BLOB PRIMARY KEY,
    since_ms    INTEGER NOT NULL
) WITHOUT ROWID;

-- When somebody was blocked and is no more: what they wrote then stays hidden, whenever it is read.
CREATE TABLE block_past (
    fingerprint BLOB NOT NULL,
    since_ms    INTEGER NOT NULL,
    until_ms    INTEGER NOT NULL,
    PRIMARY KEY (fingerprint, since_ms)
) WITHOUT ROWID;

-- Came about while they were blocked: neither they nor the conversation with them is shown meanwhile.
ALTER TABLE contact ADD COLUMN met_blocked INTEGER NOT NULL DEFAULT 0;
CREATE INDEX contact_by_fingerprint ON contact (fingerprint);

-- Said by somebody who was blocked then: kept, and never shown. Set when it is kept, and not changed.
ALTER TABLE item ADD COLUMN hidden INTEGER NOT NULL DEFAULT 0;
-- An own one that had not left when somebody was blocked, and does not leave any more.
ALTER TABLE item ADD COLUMN kept_back INTEGER NOT NULL DEFAULT 0;

DROP INDEX item_in_order;
CREATE INDEX item_in_order ON item (conversation, log, seq DESC)
    WHERE act IS NULL AND seq IS NOT NULL AND hidden = 0;
DROP INDEX item_unread;
CREATE INDEX item_unread ON item (conversation, seq)
    WHERE act IS NULL AND mine = 0 AND shown = 0 AND hidden = 0;

-- As in 0004, and nothing of what is hidden is searched.
DROP TRIGGER item_said;
CREATE TRIGGER item_said AFTER INSERT ON item
    WHEN new.act IS NULL AND new.kind = 'message' AND new.text <> '' AND new.hidden = 0
BEGIN
    INSERT INTO item_words (rowid, words) VALUES (new.number, words(new.text, new.note));
END;
DROP TRIGGER item_unsaid;
CREATE TRIGGER item_unsaid AFTER DELETE ON item
    WHEN old.act IS NULL AND old.kind = 'message' AND old.text <> '' AND old.hidden = 0
BEGIN
    INSERT INTO item_words (item_words, rowid, words)
        VALUES ('delete', old.number, words(old.text, old.note));
END;
DROP TRIGGER item_changed;
CREATE TRIGGER item_changed AFTER UPDATE OF text, note ON item
    WHEN new.act IS NULL AND new.kind = 'message' AND new.hidden = 0
BEGIN
    INSERT INTO item_words (item_words, rowid, words)
        SELECT 'delete', old.number, words(old.text, old.note) WHERE old.text <> '';
    INSERT INTO item_words (rowid, words)
        SELECT new.number, words(new.text, new.note) WHERE new.text <> '';
END;
