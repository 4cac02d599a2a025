# machine-made; no native reader has signed yet
# second reader: none yet

storage-none = Ce navigateur ne donne à Kith aucune place pour garder quoi que ce soit
storage-none-what = Cela peut venir d’une fenêtre privée, d’un réglage ou d’un disque plein. Ouvre Kith dans une fenêtre ordinaire, ou fais de la place, et recharge la page.
storage-load = Recharger
storage-not-persisted = Ce navigateur n’a pas promis de garder ce qui est ici : il peut l’effacer quand le disque est plein, Safari après sept jours sans visite, une fenêtre privée à la fermeture. Enregistre une sauvegarde.
