# machine-made; no native reader has signed yet
# second reader: none yet

backup-heading = Eine Sicherung
backup-asked = Was du schreibst, lebt nur in diesem Browser. Wird er geleert oder geht er verloren, bringt nur eine Sicherung es zurück.
backup-save = Sicherung speichern
backup-later = Später
backup-what = Eine Sicherung ist eine Datei mit deinen Namen, Menschen und Gesprächen, und dazu Wörter, die sie öffnen. Bewahre beides an zwei Orten auf.
backup-saved = Die Datei ging zum Speichern an den Browser. Diese Wörter öffnen sie; sie werden nur dieses eine Mal gezeigt. Schreib sie auf, auf Papier.
backup-saved-before = Die Datei ging zum Speichern an den Browser. Es öffnen sie die Wörter, die du schon aufgeschrieben hast.
backup-not-saved = Der Browser nahm die Datei nicht an; nichts ging verloren. Versuch es noch einmal, oder schaff Platz.
backup-written-down = Ich habe sie aufgeschrieben
backup-kept = Die Datei ist aufbewahrt
