-- What cannot leave is kept and said.

-- Why the first contact did not come about out of which this conversation was to come, where something was written
-- before that was known.
ALTER TABLE conversation ADD COLUMN refused TEXT;
