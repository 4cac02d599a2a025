-- An inbox that its home never confirmed can be given up, Unix seconds. The home may have made it all the same, so its
-- keys stay until the home was told to erase it, or that was tried for long enough.
ALTER TABLE inbox ADD COLUMN given_up_s INTEGER;

-- In which order they were made: the clock counts seconds, in which a script makes several.
ALTER TABLE persona ADD COLUMN number INTEGER NOT NULL DEFAULT 0;
UPDATE persona SET number = made.number
    FROM (SELECT id, row_number() OVER (ORDER BY created_s, id) AS number FROM persona) AS made
    WHERE made.id = persona.id;
CREATE INDEX persona_in_order ON persona (number);

ALTER TABLE conversation ADD COLUMN number INTEGER NOT NULL DEFAULT 0;
UPDATE conversation SET number = made.number
    FROM (SELECT id, row_number() OVER (ORDER BY created_s, id) AS number FROM conversation) AS made
    WHERE made.id = conversation.id;
CREATE INDEX conversation_in_order ON conversation (number);

ALTER TABLE capability ADD COLUMN number INTEGER NOT NULL DEFAULT 0;
UPDATE capability SET number = made.number
    FROM (SELECT id, row_number() OVER (ORDER BY created_s, id) AS number FROM capability) AS made
    WHERE made.id = capability.id;
CREATE INDEX capability_in_order ON capability (number);

ALTER TABLE inbox ADD COLUMN number INTEGER NOT NULL DEFAULT 0;
