# machine-made; no native reader has signed yet
# second reader: none yet

invited-heading = { $name } t’invite
invited-accept = Accepter
invited-not-now = Pas maintenant
invited-as-whom = Sous lequel de tes noms ?
invited-unreadable = Cette invitation est illisible
invited-go-on = Continuer
invited-what = Si tu acceptes, il y aura une conversation que vous deux seulement pourrez lire. Tu peux écrire tout de suite ; cela partira quand l’autre foyer répondra.
invited-vouched = Seule la personne qui t’a donné le lien répond de ce nom. Quand vous vous verrez, comparez le numéro de sécurité.
invited-home = Le foyer qui porte tout entre vous est { $host }.
