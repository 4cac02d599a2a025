# machine-made; no native reader has signed yet
# second reader: none yet

meanwhile-offline = Es gibt kein Netz. Du kannst lesen und schreiben; es geht hinaus, sobald es wieder eines gibt.
meanwhile-restarted = Kith ist im Hintergrund stehen geblieben und wurde neu gestartet. Was als aufbewahrt oder unterwegs gezeigt wurde, ist aufbewahrt; was du gerade schreibst, ist noch da.
meanwhile-stopped = Kith ist im Hintergrund mehrmals stehen geblieben und wurde nicht wieder gestartet. Was als aufbewahrt oder unterwegs gezeigt wurde, ist aufbewahrt. Kopier, was du gerade schreibst, und lade die Seite neu; bleibt es so, schließ andere Tabs von Kith und starte den Browser neu.
meanwhile-unanswered = Kith ist im Hintergrund stehen geblieben, bevor es antwortete; vielleicht ist dies nicht geschehen. Nichts Aufbewahrtes ging verloren. Schau, ob es da ist, und versuch es sonst noch einmal.
meanwhile-not-understood = Die Seite und der Teil von Kith im Hintergrund haben verschiedene Versionen; nichts wurde geändert. Lade die Seite neu.
meanwhile-understood = In Ordnung
