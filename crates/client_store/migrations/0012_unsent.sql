-- What cannot leave is kept and said.

-- Why the first contact did not come about out of which this conversation was to come, where something was written
-- before that was known.
ALTER TABLE conversation ADD COLUMN refused TEXT;

-- What stays in the outbox because a home will not take a file of it, and what is done to it: acts upon what nobody has.
-- What a device from before a restore may have sent is taken back all the same. (A migration that makes one of these
-- tables anew has to drop the view before and make it again.)
CREATE VIEW unsendable AS
    WITH RECURSIVE stays (item, conversation, message_id, may_have_left) AS (
        SELECT item.id, item.conversation, item.message_id, outbox.may_have_left
            FROM upload JOIN outbox ON outbox.item = upload.item JOIN item ON item.id = upload.item
            WHERE upload.state = 'refused' AND item.seq IS NULL
        UNION
        SELECT item.id, item.conversation, item.message_id, outbox.may_have_left
            FROM stays JOIN item ON item.conversation = stays.conversation AND item.target = stays.message_id
                    AND item.act IS NOT NULL
                JOIN outbox ON outbox.item = item.id
            WHERE item.seq IS NULL AND (item.act <> 'retraction' OR stays.may_have_left = 0))
    SELECT item FROM stays;

-- Whether a device from before a restore may have sent, at its time, what is held here.
ALTER TABLE item ADD COLUMN may_have_left INTEGER NOT NULL DEFAULT 0;
