### The browser's storage.

storage-none = This browser gives Kith no place to keep anything
storage-none-what =
    A private window, a setting, or a full disk can be the reason. Open Kith in an ordinary window, or make room,
    and load the page anew.
storage-load = Load anew
storage-not-persisted =
    This browser did not promise to keep what is here: it may clear it when the disk is full, Safari after seven
    days without a visit, a private window when it is closed. Save a backup.
