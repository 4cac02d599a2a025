# machine-made; no native reader has signed yet
# second reader: one that did not write it, for all but the newest phrases, by machine, 2026-12-01

keeping-heading = Wie soll dieser Browser aufbewahren, was du schreibst?
keeping-what = Bei Kith gibt es keine Konten. Was du schreibst und liest, lebt hier in diesem Browser und geht versiegelt zu den Menschen, denen du schreibst.
keeping-invited = Du wurdest eingeladen. Die Einladung wartet, bis zwei kurze Fragen beantwortet sind.
keeping-passphrase = Mit einer Passphrase
keeping-passphrase-hint = Ein paar Wörter, die du dir merken kannst. Niemand kann sie dir zurückgeben, auch wir nicht.
keeping-passkey = Mit einem Passkey
keeping-passkey-hint = Dein Fingerabdruck, dein Gesicht, deine PIN oder dein Schlüssel öffnet es. Geht der Passkey verloren, hilft nur eine Sicherung.
keeping-no-passkeys = Dieser Browser kann es nicht mit einem Passkey öffnen.
keeping-openly = Offen
keeping-openly-hint = Wer dieses Gerät benutzen oder seinen Speicher lesen kann, kann alles lesen.
keeping-begin = Anfangen
keeping-field = Passphrase
keeping-field-again = Passphrase noch einmal
keeping-empty = Da steht noch keine Passphrase; nichts wurde aufbewahrt. Schreib ein paar Wörter.
keeping-short = Sie ist kurz: Wer das Gerät hat, könnte sie erraten. Ein paar Wörter mehr machen sie sicher.
keeping-unequal = Die beiden Passphrasen stimmen nicht überein; nichts wurde aufbewahrt. Schreib sie noch einmal.
keeping-sealing = Einen Moment: Daraus wird ein Schlüssel gemacht.
