# machine-made; no native reader has signed yet
# second reader: none yet

keeping-heading = Wie soll dieser Browser aufbewahren, was du schreibst?
keeping-what = Kith hat keine Konten. Was du schreibst und liest, lebt hier in diesem Browser und geht versiegelt zu denen, denen du schreibst.
keeping-invited = Du wurdest eingeladen. Die Einladung wartet, bis zwei kurze Fragen beantwortet sind.
keeping-passphrase = Mit einer Passphrase
keeping-passphrase-hint = Ein paar Wörter, die du dir merken kannst. Niemand kann sie dir wiedergeben, auch wir nicht.
keeping-passkey = Mit einem Passkey
keeping-passkey-hint = Dein Fingerabdruck, Gesicht, PIN oder Schlüssel öffnet es. Geht der Passkey verloren, hilft nur eine Sicherung.
keeping-no-passkeys = Dieser Browser kann es nicht mit einem Passkey öffnen.
keeping-openly = Offen
keeping-openly-hint = Wer dieses Gerät benutzen oder seinen Speicher lesen kann, kann alles lesen.
keeping-begin = Anfangen
keeping-field = Passphrase
keeping-field-again = Passphrase noch einmal
keeping-empty = Es gibt noch keine Passphrase; nichts wurde aufbewahrt. Schreib ein paar Wörter.
keeping-unequal = Die beiden Passphrasen sind nicht gleich; nichts wurde aufbewahrt. Schreib sie noch einmal.
keeping-sealing = Einen Moment: Daraus wird ein Schlüssel gemacht.
