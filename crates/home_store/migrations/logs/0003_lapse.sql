-- The home's own count of days, and logs that lapse when nobody reads them.

CREATE TABLE calendar (
    one INTEGER PRIMARY KEY CHECK (one = 1),
    clock INTEGER NOT NULL,
    lived INTEGER NOT NULL
) STRICT;
-- A home that has lived already counts on from its last entry, whatever the clock says now.
INSERT INTO calendar (one, clock, lived)
SELECT 1, day, day FROM (SELECT coalesce(max(day), unixepoch() / 86400) AS day FROM days)
WHERE EXISTS (SELECT 1 FROM logs);

ALTER TABLE logs ADD COLUMN read_on INTEGER NOT NULL DEFAULT 0;
UPDATE logs SET read_on = (SELECT lived FROM calendar);
-- 0: in use. 1: lapsed, its rows are being erased. 2: nothing is left but its id.
ALTER TABLE logs ADD COLUMN lapsed INTEGER NOT NULL DEFAULT 0 CHECK (lapsed IN (0, 1, 2));
CREATE INDEX logs_unread ON logs (read_on) WHERE lapsed = 0;
CREATE INDEX logs_to_erase ON logs (lapsed) WHERE lapsed = 1;
