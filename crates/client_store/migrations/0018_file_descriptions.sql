-- What a file shows, in its sender's words; empty for none.
ALTER TABLE file ADD COLUMN description TEXT NOT NULL DEFAULT '';
