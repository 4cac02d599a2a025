### Files: those that go along, and those that come.

files-attach = Attach
files-along = Goes along
files-as-it-is = Pictures go as they are, with the place and time that they may hold.
files-remove = Remove
files-sealed = sealed, ready to go
files-too-many =
    At most sixteen files go with one message, so the rest was not attached. Send these first.
files-drop-here = Files that are dropped here go along with what you write.
files-what-it-shows = What { $name } shows, for whoever does not see it
files-sealing = Sealing { $name }
files-fetching = Fetching { $name }
files-sending = Sending { $name }
files-saving = Saving { $name }
files-size = { BYTES($bytes) }
files-done = { BYTES($done) } of { BYTES($of) }
files-fetch = Fetch
files-save = Save
files-show = Show
files-stop = Stop
files-nameless = a file without a name
files-not-described = A picture without words to it: { $name }
files-at-home = at the home
files-here = here, sealed
files-gone = erased at its home
files-no-picture =
    This says that it is a picture, and its bytes are none that can be shown here, or one too large for it. You can save
    it; look before you open it.
files-not-drawn = The browser cannot draw this picture; nothing is lost. You can save it.
files-not-saved =
    The file was not saved, because the browser did not take it; it is still here, sealed. Try again, or make room.
files-saved = Given to the browser to save. What is saved is not sealed; look before you open it.
