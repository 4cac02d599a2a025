-- An inbox that its home never confirmed can be given up, Unix seconds. The home may have made it all the same, so its
-- keys stay until the home was told to erase it, or that was tried for long enough.
ALTER TABLE inbox ADD COLUMN given_up_s INTEGER;
