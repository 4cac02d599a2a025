# machine-made; no native reader has signed yet
# second reader: none yet

invited-heading = { $name } lädt dich ein
invited-accept = Annehmen
invited-not-now = Nicht jetzt
invited-as-whom = Unter welchem deiner Namen?
invited-unreadable = Diese Einladung lässt sich nicht lesen
invited-go-on = Weiter
invited-what = Wenn du annimmst, gibt es ein Gespräch, das nur ihr beide lesen könnt. Du kannst gleich schreiben; es geht hinaus, sobald das andere Zuhause antwortet.
invited-vouched = Für diesen Namen steht nur ein, wer dir den Link gab. Wenn ihr euch trefft, vergleicht die Sicherheitsnummer.
invited-home = Das Zuhause, das alles zwischen euch überbringt, ist { $host }.
