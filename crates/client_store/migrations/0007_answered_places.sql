-- Where the home said that it stored something, to find it by its place until it is read back.
ALTER TABLE outbox ADD COLUMN seq INTEGER;
UPDATE outbox SET seq = (SELECT item.seq FROM item WHERE item.id = outbox.item) WHERE answered = 1;
CREATE INDEX outbox_by_place ON outbox (log, seq) WHERE seq IS NOT NULL;
