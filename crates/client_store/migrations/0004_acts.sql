-- What is done to earlier items: edits, retractions, reactions. Each is an item of its own, which is not
-- shown but changes what is. And what is held for its time.

CREATE TABLE item_2 (
    number       INTEGER PRIMARY KEY,
    id           BLOB NOT NULL UNIQUE,
    conversation BLOB NOT NULL REFERENCES conversation,
    log          BLOB,
    seq          INTEGER,
    message_id   BLOB NOT NULL,
    author       BLOB NOT NULL,
    mine         INTEGER NOT NULL,
    at_ms        INTEGER NOT NULL,
    kind         TEXT NOT NULL CHECK (kind IN
                     ('message', 'letter', 'media', 'reveal', 'terms', 'member', 'care', 'farewell', 'other')),
    -- What it does instead of being shown, and to what, by its message id.
    act          TEXT CHECK (act IN ('edit', 'retraction', 'reaction')),
    target       BLOB,
    -- What it answers, by the message id of the version that its author saw.
    reply_to     BLOB,
    -- Text and note of the newest version. The content is the first version's, for as long as it is kept.
    text         TEXT NOT NULL,
    note         TEXT,
    content      BLOB NOT NULL,
    state        TEXT NOT NULL CHECK (state IN ('held', 'queued', 'stored')),
    -- When it is to leave, Unix seconds, for as long as it is held.
    held_until_s INTEGER,
    shown        INTEGER NOT NULL DEFAULT 0,
    edited       INTEGER NOT NULL DEFAULT 0,
    -- When it was heard that its author took it back; the content goes some time after that.
    retracted_s  INTEGER,
    CHECK ((act IS NULL) = (target IS NULL)),
    CHECK ((state = 'held') = (held_until_s IS NOT NULL)),
    UNIQUE (conversation, message_id, author)
);
INSERT INTO item_2 (number, id, conversation, log, seq, message_id, author, mine, at_ms, kind, text,
                    content, state, shown)
    SELECT number, id, conversation, log, seq, message_id, author, mine, at_ms, kind, text,
           content, state, shown FROM item;
DROP TABLE item;
ALTER TABLE item_2 RENAME TO item;

CREATE INDEX item_in_order ON item (conversation, log, seq DESC)
    WHERE act IS NULL AND seq IS NOT NULL;
-- Of a conversation with oneself all places, those of acts too.
CREATE INDEX item_kept ON item (conversation, seq) WHERE log IS NULL AND seq IS NOT NULL;
CREATE INDEX item_on_its_way ON item (conversation, number DESC) WHERE act IS NULL AND seq IS NULL;
CREATE INDEX item_unread ON item (conversation, seq) WHERE act IS NULL AND mine = 0 AND shown = 0;
CREATE INDEX item_act ON item (conversation, target, act, author) WHERE act IS NOT NULL;
CREATE INDEX item_held ON item (held_until_s, number) WHERE held_until_s IS NOT NULL;
CREATE INDEX item_retracted ON item (retracted_s)
    WHERE retracted_s IS NOT NULL AND state = 'stored' AND content <> x'';

-- What is searched: the words of what is shown, and nothing of what was taken back, at once.
CREATE VIRTUAL TABLE item_words USING fts5 (
    words, content = '', tokenize = "unicode61 remove_diacritics 0 categories 'L* N* Co M*'");
INSERT INTO item_words (item_words, rank) VALUES ('secure-delete', 1);
INSERT INTO item_words (rowid, words)
    SELECT number, words(text, note) FROM item WHERE kind = 'message' AND text <> '';

CREATE TRIGGER item_said AFTER INSERT ON item
    WHEN new.act IS NULL AND new.kind = 'message' AND new.text <> ''
BEGIN
    INSERT INTO item_words (rowid, words) VALUES (new.number, words(new.text, new.note));
END;
CREATE TRIGGER item_unsaid AFTER DELETE ON item
    WHEN old.act IS NULL AND old.kind = 'message' AND old.text <> ''
BEGIN
    INSERT INTO item_words (item_words, rowid, words)
        VALUES ('delete', old.number, words(old.text, old.note));
END;
-- In one trigger, because the order of several is not defined.
CREATE TRIGGER item_changed AFTER UPDATE OF text, note ON item
    WHEN new.act IS NULL AND new.kind = 'message'
BEGIN
    INSERT INTO item_words (item_words, rowid, words)
        SELECT 'delete', old.number, words(old.text, old.note) WHERE old.text <> '';
    INSERT INTO item_words (rowid, words)
        SELECT new.number, words(new.text, new.note) WHERE new.text <> '';
END;
