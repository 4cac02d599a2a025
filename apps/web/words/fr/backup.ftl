# machine-made; no native reader has signed yet
# second reader: none yet

backup-heading = Une sauvegarde
backup-asked = Ce que tu écris vit dans ce navigateur seulement. S’il est vidé ou perdu, seule une sauvegarde le ramène.
backup-save = Enregistrer une sauvegarde
backup-later = Plus tard
backup-what = Une sauvegarde est un fichier avec tes noms, tes contacts et tes conversations, et des mots qui l’ouvrent. Garde-les à deux endroits.
backup-saved = Le fichier a été donné au navigateur pour l’enregistrer. Ces mots l’ouvrent ; ils ne sont montrés que cette fois. Note-les sur papier.
backup-saved-before = Le fichier a été donné au navigateur pour l’enregistrer. Les mots que tu as déjà notés l’ouvrent.
backup-not-saved = Le navigateur n’a pas pris le fichier ; rien n’est perdu. Essaie encore, ou fais de la place.
backup-written-down = Je les ai notés
backup-kept = Le fichier est gardé
