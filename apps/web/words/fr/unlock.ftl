# machine-made; no native reader has signed yet
# second reader: none yet

unlock-heading = Kith est fermé à clé
unlock-what = Ce que tu as écrit est ici, scellé.
unlock-open = Ouvrir
unlock-empty = Il n’y a pas encore de phrase secrète, donc rien n’a été ouvert. Écris celle qui l’a fermé.
unlock-open-with-passkey = Ouvrir avec la clé d’accès
unlock-lock = Fermer à clé
unlock-unsealing = Un instant : le sceau s’ouvre.
