# machine-made; read again once; no native reader has signed yet
# second reader: one that did not write it, by machine, 2026-12-01

name-heading = Wie möchtest du hier heißen?
name-what = Diesen Namen sehen die Menschen, denen du schreibst. Es muss nicht der Name sein, der in deinen Papieren steht.
name-field = Dein Name
name-go-on = Weiter
name-empty = Da steht noch kein Name. Schreib einen, dann geht es weiter.
