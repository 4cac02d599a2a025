# machine-made; no native reader has signed yet
# second reader: one that did not write it, for all but the newest phrases, by machine, 2026-12-01

conversation-list = Gespräch
conversation-empty = Hier steht noch nichts. Was du zuerst schreibst, darf kurz sein.
conversation-unknown = Dieses Gespräch ist nicht hier
conversation-unknown-what = Die Adresse nennt ein Gespräch, das dieser Browser nicht hat. Nichts ging verloren; geh zurück zu „Menschen“.
conversation-earlier = Früheres zeigen
conversation-write = Schreiben
conversation-send = Senden
conversation-keys = Enter macht eine neue Zeile; Strg oder ⌘ mit Enter sendet.
conversation-answer = Antworten
conversation-not-as-answer = Nicht als Antwort
conversation-answering = Antwort an { $author }
conversation-answers = Antwort an { $author }: { $beginning }
conversation-changed = geändert
conversation-taken-back = Zurückgenommen.
conversation-opens = Wer das geschrieben hat, hat es zusammengefaltet. Es öffnet sich hier, wenn du es willst.
conversation-accepting = Das andere Zuhause hat noch nicht geantwortet. Du kannst schreiben; es geht hinaus, sobald es antwortet.
conversation-blocked = Du hast diesen Menschen blockiert: Nichts von dir geht dorthin, und nichts von dort kommt zu dir.
conversation-unsent = Daran hast du geschrieben; es wurde nicht gesendet
conversation-unsent-copy = Kopieren
conversation-unsent-copied = Kopiert.
conversation-unsent-not-copied = Der Browser hat das Kopieren nicht erlaubt; kopier es von Hand.
conversation-held = hier zurückgehalten
conversation-kept-back = bleibt hier
conversation-on-its-way = unterwegs
conversation-kept-at = aufbewahrt bei { $host }
conversation-kept = aufbewahrt im Zuhause
conversation-not-sent = nicht gesendet: { $why }
conversation-reaction = { $sign } von { LIST($names) }
conversation-new-item = { $author }: { $text }
