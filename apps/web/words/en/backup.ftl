### A backup.

backup-heading = A backup
backup-asked = What you write lives in this browser alone. If it is cleared or lost, only a backup brings it back.
backup-save = Save a backup
backup-later = Later
backup-what =
    A backup is a file with your names, people and conversations, and a phrase that opens it. Keep them in two
    places.
backup-saved =
    The file was given to the browser to save. These words open it; they are shown this once. Write them down, on
    paper.
backup-saved-before = The file was given to the browser to save. The words that you wrote down before open it.
backup-not-saved = The browser did not take the file; nothing was lost. Try again, or make room.
backup-written-down = I have written it down
backup-kept = The file is kept
