# machine-made; no native reader has signed yet
# second reader: none yet

language-field = Idioma
