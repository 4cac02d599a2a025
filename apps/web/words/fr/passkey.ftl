# machine-made; no native reader has signed yet
# second reader: none yet

passkey-not-made = Aucune clé d’accès n’a été faite ; rien n’a été gardé. Essaie encore, ou prends une phrase secrète.
passkey-not-given = La clé d’accès n’a pas été donnée, donc Kith reste fermé et rien n’a changé. Essaie encore ; il faut celle qui l’a fermé.
passkey-no-prf = Une clé d’accès a été faite, mais ce navigateur, ou ce qui garde ses clés, ne peut pas en tirer une clé de chiffrement ; rien n’a été gardé. Prends une phrase secrète ; tu peux supprimer la clé d’accès nommée Kith.
passkey-none-here = Ce navigateur ne connaît pas les clés d’accès, donc Kith reste fermé et rien n’a changé. Ouvre-le avec le navigateur qui l’a fermé.
