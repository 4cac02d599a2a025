# machine-made; no native reader has signed yet
# second reader: none yet

unlock-heading = Kith ist verschlossen
unlock-what = Was du schriebst, ist hier, versiegelt.
unlock-open = Öffnen
unlock-empty = Es gibt noch keine Passphrase, also wurde nichts geöffnet. Schreib die, mit der es verschlossen wurde.
unlock-open-with-passkey = Mit Passkey öffnen
unlock-lock = Abschließen
unlock-unsealing = Einen Moment: Es wird entsiegelt.
