### Passkeys.

passkey-not-made = No passkey was made; nothing was kept. Try again, or take a passphrase.
passkey-not-given =
    The passkey was not given, so Kith stays locked and nothing was changed. Try again; it has to be the one that
    it was locked with.
passkey-no-prf =
    A passkey was made, but this browser or whatever keeps its passkeys cannot make a key from it; nothing was
    kept. Take a passphrase; you may delete the passkey named Kith.
passkey-none-here =
    This browser knows no passkeys, so Kith stays locked and nothing was changed. Open it with the browser that
    locked it.
