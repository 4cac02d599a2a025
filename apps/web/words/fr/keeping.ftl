# machine-made; no native reader has signed yet
# second reader: none yet

keeping-heading = Comment ce navigateur doit-il garder ce que tu écris ?
keeping-what = Kith n’a pas de comptes. Ce que tu écris et lis vit ici, dans ce navigateur, et part scellé vers les personnes à qui tu écris.
keeping-invited = Tu as une invitation. Elle attend la réponse à deux courtes questions.
keeping-passphrase = Avec une phrase secrète
keeping-passphrase-hint = Quelques mots que tu peux retenir. Personne ne peut te les rendre, pas même nous.
keeping-passkey = Avec une clé d’accès
keeping-passkey-hint = Ton empreinte, ton visage, un code PIN ou une clé l’ouvre. Si la clé d’accès est perdue, seule une sauvegarde aide.
keeping-no-passkeys = Ce navigateur ne peut pas l’ouvrir avec une clé d’accès.
keeping-openly = Ouvertement
keeping-openly-hint = Toute personne qui peut utiliser cet appareil, ou lire son disque, peut tout lire.
keeping-begin = Commencer
keeping-field = Phrase secrète
keeping-field-again = Phrase secrète, encore une fois
keeping-empty = Il n’y a pas encore de phrase secrète ; rien n’a été gardé. Écris quelques mots.
keeping-unequal = Les deux phrases secrètes ne sont pas les mêmes ; rien n’a été gardé. Écris-les encore une fois.
keeping-sealing = Un instant : une clé en est faite.
