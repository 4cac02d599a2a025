### Opening what is closed.

unlock-heading = Kith is locked
unlock-what = What you wrote is here, sealed.
unlock-open = Open
unlock-empty = There is no passphrase yet, so nothing was opened. Write the one that it was locked with.
unlock-open-with-passkey = Open with passkey
unlock-lock = Lock
unlock-unsealing = One moment: it is being unsealed.
