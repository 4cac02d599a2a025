# machine-made; no native reader has signed yet
# second reader: none yet

invite-heading = Inviter quelqu’un
invite-field = Lien
invite-copy = Copier
invite-copied = Copié. Donne-le à une seule personne, par un moyen sûr.
invite-not-copied = Le navigateur n’a pas permis de le copier ; il est sélectionné, copie-le à la main.
invite-share = Partager
invite-what = Toute personne qui a ce lien peut commencer à t’écrire. Donne-le toi-même.
invite-another = En faire une autre
invite-make = Faire une invitation
invite-keeper = Le foyer demande lui-même une invitation ?
invite-keeper-field = Texte de la personne qui tient le foyer
invite-keeper-send = Demander avec ce texte
invite-earlier = Données avant
invite-take-back = Retirer
invite-once = Elle sert une fois, pour une personne.
invite-waiting = { $host } n’a pas encore été joint. Le lien viendra ici dès que possible, car il ne marche qu’à ce moment-là.
invite-until = Elle sert jusqu’au { DATETIME($until, weekday: "long", day: "numeric", month: "long", year: "numeric") }.
invite-given = Une invitation
invite-given-until = Une invitation, jusqu’au { DATETIME($until, weekday: "long", day: "numeric", month: "long", year: "numeric") }
invite-given-for = Pour { $label }
invite-given-for-until = Pour { $label }, jusqu’au { DATETIME($until, weekday: "long", day: "numeric", month: "long", year: "numeric") }
