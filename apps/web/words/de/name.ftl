# machine-made; no native reader has signed yet
# second reader: none yet

name-heading = Wie heißt du hier?
name-what = Diesen Namen sehen die, denen du schreibst. Es muss nicht der in deinen Papieren sein.
name-field = Dein Name
name-go-on = Weiter
name-empty = Es gibt noch keinen Namen. Schreib einen, dann geht es weiter.
