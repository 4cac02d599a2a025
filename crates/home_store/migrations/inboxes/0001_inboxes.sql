-- Inboxes, what is published for them, who may reach them and what lies in them. Nothing here
-- names a log, a head or a token that opens a log. Days are the finest time, but for the expiry
-- that an owner or the operator asked for. Numbers rise within this file and mean nothing in any
-- other.

CREATE TABLE tokens (
    hash BLOB PRIMARY KEY CHECK (length(hash) = 32),
    spent INTEGER NOT NULL DEFAULT 0 CHECK (spent IN (0, 1))
) STRICT, WITHOUT ROWID;

CREATE TABLE invitations (
    hash BLOB PRIMARY KEY CHECK (length(hash) = 32),
    uses_left INTEGER NOT NULL CHECK (uses_left >= 0),
    expires INTEGER
) STRICT, WITHOUT ROWID;

CREATE TABLE inboxes (
    number INTEGER PRIMARY KEY,
    inbox BLOB NOT NULL UNIQUE CHECK (length(inbox) = 16),
    owner BLOB NOT NULL CHECK (length(owner) = 32),
    allowed_logs INTEGER NOT NULL DEFAULT 0,
    last_item INTEGER NOT NULL DEFAULT 0,
    items INTEGER NOT NULL DEFAULT 0 CHECK (items >= 0),
    item_bytes INTEGER NOT NULL DEFAULT 0 CHECK (item_bytes >= 0)
) STRICT;

CREATE TABLE device_lists (
    inbox INTEGER PRIMARY KEY REFERENCES inboxes (number),
    list BLOB NOT NULL
) STRICT;

CREATE TABLE devices (
    number INTEGER PRIMARY KEY,
    inbox INTEGER NOT NULL REFERENCES inboxes (number),
    label BLOB NOT NULL CHECK (length(label) = 16),
    last_resort BLOB,
    UNIQUE (inbox, label)
) STRICT;

-- A KeyPackage that was handed out leaves its hash behind, so that a repeated publish does not
-- bring it back.
CREATE TABLE key_packages (
    number INTEGER PRIMARY KEY,
    device INTEGER NOT NULL REFERENCES devices (number),
    hash BLOB NOT NULL CHECK (length(hash) = 32),
    body BLOB,
    taken_on INTEGER,
    UNIQUE (device, hash),
    CHECK ((body IS NULL) = (taken_on IS NOT NULL))
) STRICT;
CREATE INDEX key_packages_left ON key_packages (device, number) WHERE taken_on IS NULL;
CREATE INDEX key_packages_taken ON key_packages (taken_on) WHERE taken_on IS NOT NULL;

CREATE TABLE capabilities (
    number INTEGER PRIMARY KEY,
    inbox INTEGER NOT NULL REFERENCES inboxes (number),
    hash BLOB NOT NULL CHECK (length(hash) = 32),
    uses_left INTEGER CHECK (uses_left >= 0),
    expires INTEGER,
    pays INTEGER NOT NULL CHECK (pays IN (0, 1)),
    label BLOB,
    revoked_on INTEGER,
    UNIQUE (inbox, hash)
) STRICT;
CREATE INDEX capabilities_revoked ON capabilities (revoked_on) WHERE revoked_on IS NOT NULL;

CREATE TABLE uses (
    number INTEGER PRIMARY KEY,
    capability INTEGER NOT NULL REFERENCES capabilities (number) ON DELETE CASCADE,
    use_id BLOB NOT NULL CHECK (length(use_id) = 16),
    begun_on INTEGER NOT NULL,
    item BLOB,
    device_list BLOB,
    UNIQUE (capability, use_id)
) STRICT;
CREATE INDEX uses_by_day ON uses (begun_on);

-- What a FETCH handed out under a use, in the order in which it did.
CREATE TABLE fetched (
    use INTEGER NOT NULL REFERENCES uses (number) ON DELETE CASCADE,
    place INTEGER NOT NULL,
    device BLOB NOT NULL CHECK (length(device) = 16),
    key_package BLOB NOT NULL,
    PRIMARY KEY (use, place)
) STRICT;

CREATE TABLE items (
    row INTEGER PRIMARY KEY,
    inbox INTEGER NOT NULL REFERENCES inboxes (number),
    number INTEGER NOT NULL CHECK (number > 0),
    body BLOB NOT NULL,
    came_on INTEGER NOT NULL,
    UNIQUE (inbox, number)
) STRICT;
CREATE INDEX items_by_day ON items (came_on);

CREATE TABLE acknowledged (
    item INTEGER NOT NULL REFERENCES items (row) ON DELETE CASCADE,
    device INTEGER NOT NULL REFERENCES devices (number),
    PRIMARY KEY (item, device)
) STRICT, WITHOUT ROWID;
