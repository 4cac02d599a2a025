### What happens meanwhile.

meanwhile-offline = There is no network. You can read and write; it goes out when there is one again.
meanwhile-restarted =
    Kith's engine stopped and was started again. What was shown as kept or on its way is kept; what you were
    writing is still here.
meanwhile-stopped =
    Kith's engine stopped several times and was not started again. What was shown as kept or on its way is kept.
    Copy what you are writing, then load the page anew; if it stays so, close other tabs of Kith and restart the
    browser.
meanwhile-unanswered =
    Kith's engine stopped before it answered, so this may not be done; nothing that was kept is lost. Look whether
    it is there, and try again if not.
meanwhile-not-understood = The page and its engine are not of one version; nothing was changed. Load the page anew.
meanwhile-understood = All right
