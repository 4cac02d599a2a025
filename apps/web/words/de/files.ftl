# machine-made; no native reader has signed yet
# second reader: none yet

files-attach = Anhängen
files-along = Geht mit
files-as-it-is = Bilder gehen so mit, wie sie sind, auch mit dem Ort und der Zeit, die darin stehen können.
files-remove = Entfernen
files-sealed = versiegelt, bereit zum Senden
files-too-many = Mit einer Nachricht gehen höchstens sechzehn Dateien mit, deshalb wurde der Rest nicht angehängt. Sende zuerst diese.
files-drop-here = Dateien, die du hier ablegst, gehen zusammen mit dem hinaus, was du schreibst.
files-what-it-shows = Was { $name } zeigt, für Menschen, die es nicht sehen
files-sealing = { $name } wird versiegelt
files-fetching = { $name } wird geholt
files-sending = { $name } wird gesendet
files-saving = { $name } wird gespeichert
files-size = { BYTES($bytes) }
files-done = { BYTES($done) } von { BYTES($of) }
files-fetch = Holen
files-save = Speichern
files-show = Zeigen
files-stop = Anhalten
files-nameless = eine Datei ohne Namen
files-not-described = Ein Bild ohne Beschreibung: { $name }
files-at-home = im Zuhause
files-here = hier, versiegelt
files-gone = in ihrem Zuhause gelöscht
files-no-picture = Das gibt sich als Bild aus, aber sein Inhalt lässt sich hier nicht als Bild zeigen oder ist zu groß dafür. Du kannst es speichern; schau genau hin, bevor du es öffnest.
files-not-drawn = Der Browser kann dieses Bild nicht zeigen; nichts ist verloren. Du kannst es speichern.
files-not-saved = Die Datei wurde nicht gespeichert, weil der Browser sie nicht angenommen hat; sie ist noch hier, versiegelt. Versuch es noch einmal, oder schaff Platz.
files-saved = Dem Browser zum Speichern gegeben. Was gespeichert ist, ist nicht versiegelt; schau genau hin, bevor du es öffnest.
