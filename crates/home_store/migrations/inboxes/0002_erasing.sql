-- Inboxes that were erased for good. 0: in use. 1: erased, its rows are going. 2: nothing is left but its id,
-- which nobody else gets.
ALTER TABLE inboxes ADD COLUMN erased INTEGER NOT NULL DEFAULT 0 CHECK (erased IN (0, 1, 2));
CREATE INDEX inboxes_to_erase ON inboxes (erased) WHERE erased = 1;
-- What a device acknowledged goes with the device.
CREATE INDEX acknowledged_by ON acknowledged (device);
