-- When the lease of a blob that is whole was last begun by this device, Unix seconds; 0 where it does not know.
ALTER TABLE upload ADD COLUMN leased_s INTEGER NOT NULL DEFAULT 0;
CREATE INDEX upload_leases ON upload (log, leased_s) WHERE state = 'whole';
