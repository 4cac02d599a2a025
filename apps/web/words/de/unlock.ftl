# machine-made; read again once; no native reader has signed yet
# second reader: one that did not write it, by machine, 2026-12-01

unlock-heading = Kith ist verschlossen
unlock-what = Was du geschrieben hast, ist hier, versiegelt.
unlock-open = Öffnen
unlock-empty = Da steht noch keine Passphrase, also wurde nichts geöffnet. Schreib die, mit der es verschlossen wurde.
unlock-open-with-passkey = Mit Passkey öffnen
unlock-lock = Verschließen
unlock-unsealing = Einen Moment: Das Siegel wird gelöst.
