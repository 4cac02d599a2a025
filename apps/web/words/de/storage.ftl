# machine-made; read again once; no native reader has signed yet
# second reader: one that did not write it, by machine, 2026-12-01

storage-none = Dieser Browser gibt Kith keinen Platz, um etwas aufzubewahren
storage-none-what = Es kann an einem privaten Fenster, einer Einstellung oder einem vollen Speicher liegen. Öffne Kith in einem gewöhnlichen Fenster, oder schaff Platz, und lade die Seite neu.
storage-load = Neu laden
storage-not-persisted = Dieser Browser hat nicht versprochen, aufzubewahren, was hier ist: Er kann es löschen, wenn der Speicher voll ist. Safari kann es nach sieben Tagen ohne Besuch löschen, ein privates Fenster beim Schließen. Speichere eine Sicherung.
