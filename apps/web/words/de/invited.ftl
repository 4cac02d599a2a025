# machine-made; no native reader has signed yet
# second reader: one that did not write it, for all but the newest phrases, by machine, 2026-12-01

invited-heading = { $name } lädt dich ein
invited-accept = Annehmen
invited-not-now = Nicht jetzt
invited-waits = Eine Einladung wartet auf deine Antwort, solange dieser Tab offen ist.
invited-show = Einladung lesen
invited-throw-away = Wegwerfen
invited-as-whom = Unter welchem deiner Namen?
invited-own = Das ist deine eigene Einladung
invited-own-what = Es ist nichts damit geschehen. Gib sie dem Menschen, mit dem du schreiben möchtest.
invited-unreadable = Diese Einladung lässt sich nicht lesen
invited-go-on = Weiter
invited-what = Wenn du annimmst, gibt es ein Gespräch, das nur ihr beide lesen könnt. Du kannst gleich schreiben; es geht hinaus, sobald das andere Zuhause antwortet.
invited-vouched = Für diesen Namen steht nur ein, wer dir den Link gegeben hat. Wenn ihr euch getroffen habt, vergleicht die Sicherheitsnummer.
invited-home = Das Zuhause, das alles zwischen euch überbringt, ist { $host }.
