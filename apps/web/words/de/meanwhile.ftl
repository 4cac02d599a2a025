# machine-made; read again once; no native reader has signed yet
# second reader: one that did not write it, by machine, 2026-12-01

meanwhile-offline = Es gibt gerade kein Netz. Du kannst lesen und schreiben; es geht hinaus, sobald es wieder eines gibt.
meanwhile-restarted = Kith ist im Hintergrund stehen geblieben und wurde neu gestartet. Was als aufbewahrt oder unterwegs gezeigt wurde, ist aufbewahrt; was du gerade geschrieben hast, ist noch da.
meanwhile-stopped = Kith ist im Hintergrund mehrmals stehen geblieben und wurde nicht noch einmal gestartet. Was als aufbewahrt oder unterwegs gezeigt wurde, ist aufbewahrt. Kopier, was du gerade schreibst, und lade dann die Seite neu; hilft das nicht, schließ andere Tabs von Kith und starte den Browser neu.
meanwhile-unanswered = Kith ist im Hintergrund stehen geblieben, bevor eine Antwort kam; vielleicht ist dies nicht geschehen. Nichts Aufbewahrtes ging verloren. Schau nach, ob es da ist; wenn nicht, versuch es noch einmal.
meanwhile-not-understood = Die Seite und der Teil von Kith im Hintergrund haben verschiedene Versionen; nichts wurde geändert. Lade die Seite neu.
meanwhile-understood = In Ordnung
