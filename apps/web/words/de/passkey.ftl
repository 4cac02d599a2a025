# machine-made; no native reader has signed yet
# second reader: none yet

passkey-not-made = Es wurde kein Passkey gemacht; nichts wurde aufbewahrt. Versuch es noch einmal, oder nimm eine Passphrase.
passkey-not-given = Der Passkey wurde nicht gegeben, also bleibt Kith verschlossen, und nichts wurde geändert. Versuch es noch einmal; es muss der sein, mit dem es verschlossen wurde.
passkey-no-prf = Ein Passkey wurde gemacht, aber dieser Browser oder das, was seine Passkeys aufbewahrt, kann daraus keinen Schlüssel machen; nichts wurde aufbewahrt. Nimm eine Passphrase; den Passkey namens Kith kannst du löschen.
passkey-none-here = Dieser Browser kennt keine Passkeys, also bleibt Kith verschlossen, und nichts wurde geändert. Öffne es mit dem Browser, der es verschlossen hat.
