### How a profile is kept.

keeping-heading = How should this browser keep what you write?
keeping-what =
    Kith has no accounts. What you write and read lives here, in this browser, and goes sealed to those you write
    to.
keeping-invited = You were invited. The invitation waits for two short questions.
keeping-passphrase = With a passphrase
keeping-passphrase-hint = A few words that you can remember. Nobody can give them back to you, not even we.
keeping-passkey = With a passkey
keeping-passkey-hint = Your fingerprint, face, PIN or key opens it. If the passkey is lost, only a backup helps.
keeping-no-passkeys = This browser cannot open it by a passkey.
keeping-openly = Openly
keeping-openly-hint = Whoever can use this device, or reads its disk, can read everything.
keeping-begin = Begin
keeping-field = Passphrase
keeping-field-again = Passphrase again
keeping-empty = There is no passphrase yet; nothing was kept. Write a few words.
keeping-short = This is short: whoever has the device may guess it. Some words more make it safe.
keeping-unequal = The two passphrases are not the same; nothing was kept. Write them once more.
keeping-sealing = One moment: a key is being made of it.
