-- What is being written and was not sent. It is in no backup, and gone once it is sent or let go.

CREATE TABLE draft (
    -- Another one each time that it is kept, so that of two who write at once neither takes the other's place unseen.
    id           BLOB PRIMARY KEY,
    conversation BLOB NOT NULL REFERENCES conversation,
    text         TEXT NOT NULL,
    note         TEXT,
    -- Items, which may be gone by now.
    reply_to     BLOB,
    edits        BLOB,
    at_ms        INTEGER NOT NULL
) WITHOUT ROWID;
CREATE INDEX draft_of_conversation ON draft (conversation, at_ms DESC);
