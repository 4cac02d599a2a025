# machine-made; no native reader has signed yet
# second reader: none yet

conversation-list = Gespräch
conversation-empty = Hier steht noch nichts. Was du zuerst schreibst, darf kurz sein.
conversation-unknown = Dieses Gespräch ist nicht hier
conversation-unknown-what = Die Adresse nennt ein Gespräch, das dieser Browser nicht hat. Nichts ging verloren; geh zurück zu den Menschen.
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
conversation-opens = Wer es schrieb, hat es gefaltet. Es öffnet sich hier, wenn du es willst.
conversation-accepting = Das andere Zuhause hat noch nicht geantwortet. Du kannst schreiben; es geht hinaus, sobald es antwortet.
conversation-blocked = Du hast diesen Menschen blockiert: Nichts geht hin, und nichts von dort kommt an.
conversation-held = hier zurückgehalten
conversation-kept-back = bleibt hier
conversation-on-its-way = unterwegs
conversation-kept-at = aufbewahrt bei { $host }
conversation-kept = aufbewahrt im Zuhause
conversation-not-sent = nicht gesendet: { $why }
conversation-reaction = { $sign } von { LIST($names) }
conversation-new-item = { $author }: { $text }
