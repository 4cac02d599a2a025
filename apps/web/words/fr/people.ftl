# machine-made; no native reader has signed yet
# second reader: none yet

people-heading = Contacts
people-list = Conversations
people-empty = Voici les personnes à qui tu écris. Il n’y a encore personne : invite quelqu’un, ou regarde une invitation que tu as reçue.
people-choose = Choisis quelqu’un pour lire et lui écrire.
people-invite = Inviter quelqu’un
people-link-field = Lien d’invitation
people-look = La regarder
people-no-link = Il n’y a pas encore de lien. Colle celui que tu as reçu.
people-back = Contacts
people-new = du nouveau
people-accepting = attend l’autre foyer
people-blocked = blocage mis
people-halted = ne peut pas continuer
people-other-tab = Kith est ouvert dans un autre onglet aussi. Les deux marchent.
people-you-are = Ici, tu t’appelles { $name }.
