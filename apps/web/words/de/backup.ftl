# machine-made; read again once; no native reader has signed yet
# second reader: one that did not write it, by machine, 2026-12-01

backup-heading = Eine Sicherung
backup-asked = Was du schreibst, lebt nur in diesem Browser. Wird er geleert oder geht er verloren, bringt nur eine Sicherung es zurück.
backup-save = Sicherung speichern
backup-later = Später
backup-what = Eine Sicherung ist eine Datei mit deinen Namen, Menschen und Gesprächen, und dazu Wörter, die sie öffnen. Bewahre beides getrennt auf, an zwei Orten.
backup-saved = Die Datei wurde dem Browser zum Speichern gegeben. Diese Wörter öffnen sie; sie werden nur dieses eine Mal gezeigt. Schreib sie auf ein Blatt Papier.
backup-saved-before = Die Datei wurde dem Browser zum Speichern gegeben. Sie lässt sich mit den Wörtern öffnen, die du schon aufgeschrieben hast.
backup-not-saved = Der Browser hat die Datei nicht angenommen; nichts ging verloren. Versuch es noch einmal, oder schaff Platz.
backup-written-down = Ich habe sie aufgeschrieben
backup-kept = Die Datei ist aufbewahrt
