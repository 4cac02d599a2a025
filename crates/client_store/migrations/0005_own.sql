-- Conversations with oneself.

CREATE TABLE conversation_2 (
    id        BLOB PRIMARY KEY,
    persona   BLOB NOT NULL REFERENCES persona,
    contact   BLOB REFERENCES contact,
    title     TEXT NOT NULL,
    room      BLOB NOT NULL,
    created_s INTEGER NOT NULL,
    kind      TEXT NOT NULL CHECK (kind IN ('pair', 'circle', 'channel', 'imported', 'self'))
) WITHOUT ROWID;
INSERT INTO conversation_2 (id, persona, contact, title, room, created_s, kind)
    SELECT id, persona, contact, title, room, created_s, kind FROM conversation;
DROP TABLE conversation;
ALTER TABLE conversation_2 RENAME TO conversation;
CREATE INDEX conversation_of_contact ON conversation (contact);
