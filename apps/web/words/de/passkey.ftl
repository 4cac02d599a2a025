# machine-made; read again once; no native reader has signed yet
# second reader: one that did not write it, by machine, 2026-12-01

passkey-not-made = Es wurde kein Passkey erstellt; nichts wurde aufbewahrt. Versuch es noch einmal, oder nimm eine Passphrase.
passkey-not-given = Der Passkey wurde nicht freigegeben, also bleibt Kith verschlossen, und nichts wurde geändert. Versuch es noch einmal; es muss der sein, mit dem es verschlossen wurde.
passkey-no-prf = Ein Passkey wurde erstellt, aber dieser Browser oder das, was seine Passkeys aufbewahrt, kann daraus keinen Schlüssel machen; nichts wurde aufbewahrt. Nimm eine Passphrase; den Passkey namens Kith kannst du löschen.
passkey-none-here = Dieser Browser kennt keine Passkeys, also bleibt Kith verschlossen, und nichts wurde geändert. Öffne es mit dem Browser, der es verschlossen hat.
