# machine-made; no native reader has signed yet
# second reader: none yet

conversation-list = Conversation
conversation-empty = Rien n’est encore écrit ici. Ton premier message peut être court.
conversation-unknown = Cette conversation n’est pas ici
conversation-unknown-what = L’adresse nomme une conversation que ce navigateur n’a pas. Rien n’est perdu ; reviens aux Contacts.
conversation-earlier = Montrer ce qui précède
conversation-write = Écrire
conversation-send = Envoyer
conversation-keys = Entrée fait une ligne ; Ctrl ou ⌘ avec Entrée envoie.
conversation-answer = Répondre
conversation-not-as-answer = Pas comme réponse
conversation-answering = Réponse à { $author }
conversation-answers = Réponse à { $author } : { $beginning }
conversation-changed = modifié
conversation-taken-back = Retiré.
conversation-opens = Plié à l’écriture. Cela s’ouvre ici quand tu le choisis.
conversation-accepting = L’autre foyer n’a pas encore répondu. Tu peux écrire ; cela partira quand il répondra.
conversation-blocked = Tu as bloqué cette personne : rien ne lui parvient et rien ne vient d’elle.
conversation-held = retenu ici
conversation-kept-back = reste ici
conversation-on-its-way = en chemin
conversation-kept-at = gardé chez { $host }
conversation-kept = gardé au foyer
conversation-not-sent = pas envoyé : { $why }
conversation-reaction = { $sign } de { LIST($names) }
conversation-new-item = { $author } : { $text }
