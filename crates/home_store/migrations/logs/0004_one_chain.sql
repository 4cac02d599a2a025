-- The chain before the first entry of a head that is a child. None: the head begins a chain of its own,
-- as the first of a log does.
ALTER TABLE heads ADD COLUMN start BLOB CHECK (length(start) = 32);
