-- Repairs: word from a member who stands at a head, for the readers of the heads below. The day is the
-- finest time here too.

CREATE TABLE repairs (
    log INTEGER NOT NULL REFERENCES logs (number),
    number INTEGER NOT NULL CHECK (number > 0),
    head INTEGER NOT NULL REFERENCES heads (number),
    came_on INTEGER NOT NULL,
    hash BLOB NOT NULL CHECK (length(hash) = 32),
    body BLOB NOT NULL,
    PRIMARY KEY (log, number),
    UNIQUE (head, hash)
) STRICT;
CREATE INDEX repairs_by_day ON repairs (came_on);

-- Numbers go on where they were when the repairs are gone.
ALTER TABLE logs ADD COLUMN last_repair INTEGER NOT NULL DEFAULT 0;
