-- What must not be done twice where it is asked for twice, because whoever asked does not know whether it was done: the
-- question's key, chosen by who asks, and what was answered. Of the newest alone.
CREATE TABLE answered_question (
    number INTEGER PRIMARY KEY,
    key BLOB NOT NULL UNIQUE,
    answer BLOB NOT NULL
);
