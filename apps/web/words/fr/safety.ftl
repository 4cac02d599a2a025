# machine-made; no native reader has signed yet
# second reader: none yet

safety-button = Numéro de sécurité
safety-what = Lisez-vous ces chiffres, face à face ou au téléphone. S’ils sont les mêmes, personne n’est entre vous. Sinon, n’écris rien ici que l’autre personne devrait être seule à lire.
safety-compared = Nous l’avons comparé
safety-done = Vous l’avez comparé : personne n’est entre vous.
