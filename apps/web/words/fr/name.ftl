# machine-made; no native reader has signed yet
# second reader: none yet

name-heading = Comment t’appelles-tu ici ?
name-what = Les personnes à qui tu écris voient ce nom. Ce n’est pas forcément celui de tes papiers.
name-field = Ton nom
name-go-on = Continuer
name-empty = Il n’y a pas encore de nom. Écris-en un, puis continue.
