-- One profile. Ids are 16 random bytes unless said otherwise; times are Unix seconds (_s) or
-- milliseconds (_ms); secrets lie in plain columns because the whole file is sealed where the
-- person gave a passphrase.

CREATE TABLE mls_state (
    key   BLOB PRIMARY KEY,
    value BLOB NOT NULL
) WITHOUT ROWID;

-- The homes met so far, each with the key it showed first; another key later is refused.
CREATE TABLE home (
    url TEXT PRIMARY KEY,
    key BLOB NOT NULL
) WITHOUT ROWID;

CREATE TABLE persona (
    id           BLOB PRIMARY KEY,
    name         TEXT NOT NULL,
    fingerprint  BLOB NOT NULL UNIQUE,
    persona_seed BLOB NOT NULL,
    device_seed  BLOB NOT NULL,
    credential   BLOB NOT NULL,
    created_s    INTEGER NOT NULL
) WITHOUT ROWID;

-- Where a persona can be reached.
CREATE TABLE inbox (
    inbox        BLOB PRIMARY KEY,
    persona      BLOB NOT NULL REFERENCES persona,
    home_url     TEXT NOT NULL,
    owner_seed   BLOB NOT NULL,
    hpke_seed    BLOB NOT NULL,
    seal_key     BLOB NOT NULL,
    device_label BLOB NOT NULL,
    admission    BLOB NOT NULL,
    state        TEXT NOT NULL CHECK (state IN ('new', 'open')),
    published    INTEGER NOT NULL DEFAULT 0
) WITHOUT ROWID;
CREATE INDEX inbox_of_persona ON inbox (persona);

-- KeyPackages made and sealed, on their way to the home; the home's own stock is not mirrored.
CREATE TABLE key_package (
    number      INTEGER PRIMARY KEY,
    inbox       BLOB NOT NULL REFERENCES inbox,
    last_resort INTEGER NOT NULL,
    sealed      BLOB NOT NULL
);

-- Who may fetch and knock at an inbox of ours: people with an invitation, and contacts.
CREATE TABLE capability (
    id        BLOB PRIMARY KEY,
    inbox     BLOB NOT NULL REFERENCES inbox,
    secret    BLOB NOT NULL UNIQUE,
    contact   BLOB REFERENCES contact,
    label     TEXT,
    uses      INTEGER,
    used      INTEGER NOT NULL DEFAULT 0,
    expires_s INTEGER,
    state     TEXT NOT NULL CHECK (state IN ('new', 'granted', 'revoking', 'revoked')),
    created_s INTEGER NOT NULL
) WITHOUT ROWID;
CREATE INDEX capability_of_inbox ON capability (inbox, state);

CREATE TABLE contact (
    id           BLOB PRIMARY KEY,
    persona      BLOB NOT NULL REFERENCES persona,
    fingerprint  BLOB NOT NULL,
    name         TEXT NOT NULL,
    return_inbox BLOB,
    verified     INTEGER NOT NULL DEFAULT 0,
    UNIQUE (persona, fingerprint)
) WITHOUT ROWID;

CREATE TABLE conversation (
    id        BLOB PRIMARY KEY,
    persona   BLOB NOT NULL REFERENCES persona,
    contact   BLOB REFERENCES contact,
    title     TEXT NOT NULL,
    room      BLOB NOT NULL,
    created_s INTEGER NOT NULL
) WITHOUT ROWID;
CREATE INDEX conversation_of_contact ON conversation (contact);

-- First contact as the accepter, step by step; the row goes when the last step is done.
CREATE TABLE acceptance (
    use_id       BLOB PRIMARY KEY,
    conversation BLOB NOT NULL REFERENCES conversation,
    persona      BLOB NOT NULL REFERENCES persona,
    invitation   BLOB NOT NULL,
    step         TEXT NOT NULL CHECK (step IN ('fetch', 'allow', 'open', 'knock')),
    log_token    BLOB NOT NULL,
    inbox_token  BLOB NOT NULL,
    log          BLOB,
    item         BLOB
) WITHOUT ROWID;

-- A conversation's log at a home, and how far it was read.
CREATE TABLE log (
    log           BLOB PRIMARY KEY,
    conversation  BLOB NOT NULL REFERENCES conversation,
    persona       BLOB NOT NULL REFERENCES persona,
    group_id      BLOB NOT NULL UNIQUE,
    home_url      TEXT NOT NULL,
    home_key      BLOB NOT NULL,
    state         TEXT NOT NULL CHECK (state IN ('opening', 'open', 'halted')),
    halted        TEXT,
    head          BLOB NOT NULL,
    base          INTEGER NOT NULL,
    next_seq      INTEGER NOT NULL,
    chain         BLOB NOT NULL,
    closing_seed  BLOB,
    leaf_update_s INTEGER NOT NULL
) WITHOUT ROWID;
CREATE INDEX log_of_conversation ON log (conversation);

-- The chain after each entry read at recent heads, to compare with what others say they saw.
CREATE TABLE chain (
    log   BLOB NOT NULL,
    head  BLOB NOT NULL,
    seq   INTEGER NOT NULL,
    chain BLOB NOT NULL,
    PRIMARY KEY (log, head, seq)
) WITHOUT ROWID;

-- Children found invalid for all: looking a second time is not possible.
CREATE TABLE rejected_child (
    log    BLOB NOT NULL,
    parent BLOB NOT NULL,
    child  BLOB NOT NULL,
    why    TEXT NOT NULL,
    PRIMARY KEY (log, parent, child)
) WITHOUT ROWID;

-- Our own commit, posted or about to be, until the canonical child is known.
CREATE TABLE pending_commit (
    log        BLOB PRIMARY KEY,
    parent     BLOB NOT NULL,
    body       BLOB NOT NULL,
    write_key  BLOB NOT NULL,
    read_key   BLOB NOT NULL,
    possession BLOB NOT NULL,
    answered   INTEGER NOT NULL DEFAULT 0
) WITHOUT ROWID;

-- Everything said, by anybody. seq is null until the entry is known to be stored.
CREATE TABLE item (
    number       INTEGER PRIMARY KEY,
    id           BLOB NOT NULL UNIQUE,
    conversation BLOB NOT NULL REFERENCES conversation,
    log          BLOB,
    seq          INTEGER,
    message_id   BLOB NOT NULL,
    author       BLOB NOT NULL,
    mine         INTEGER NOT NULL,
    at_ms        INTEGER NOT NULL,
    kind         TEXT NOT NULL CHECK (kind IN ('message', 'other')),
    text         TEXT NOT NULL,
    content      BLOB NOT NULL,
    state        TEXT NOT NULL CHECK (state IN ('queued', 'stored')),
    shown        INTEGER NOT NULL DEFAULT 0,
    UNIQUE (conversation, author, message_id)
);
CREATE INDEX item_in_order ON item (conversation, seq);
CREATE INDEX item_unread ON item (conversation, seq) WHERE mine = 0 AND shown = 0;

-- What waits to be stored at a home, first in first out. The plaintext is the item's content; head
-- and body are there once it was encrypted, and stay until it is read back.
CREATE TABLE outbox (
    number       INTEGER PRIMARY KEY,
    item         BLOB NOT NULL UNIQUE REFERENCES item (id),
    conversation BLOB NOT NULL,
    log          BLOB,
    head         BLOB,
    body         BLOB,
    body_hash    BLOB,
    answered     INTEGER NOT NULL DEFAULT 0
);
CREATE INDEX outbox_by_hash ON outbox (log, body_hash);
CREATE INDEX outbox_of_conversation ON outbox (conversation, number);
