# machine-made; no native reader has signed yet
# second reader: none yet

storage-none = Dieser Browser gibt Kith keinen Platz, um etwas aufzubewahren
storage-none-what = Es kann an einem privaten Fenster, einer Einstellung oder einem vollen Speicher liegen. Öffne Kith in einem gewöhnlichen Fenster, oder schaff Platz, und lade die Seite neu.
storage-load = Neu laden
storage-not-persisted = Dieser Browser hat nicht versprochen, aufzubewahren, was hier ist: Er kann es löschen, wenn der Speicher voll ist, Safari nach sieben Tagen ohne Besuch, ein privates Fenster beim Schließen. Speichere eine Sicherung.
