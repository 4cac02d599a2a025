# machine-made; no native reader has signed yet
# second reader: none yet

meanwhile-offline = Il n’y a pas de réseau. Tu peux lire et écrire ; cela partira quand il reviendra.
meanwhile-restarted = Le moteur de Kith s’est arrêté et a redémarré. Ce qui était montré comme gardé ou en chemin est gardé ; ce que tu écrivais est toujours là.
meanwhile-stopped = Le moteur de Kith s’est arrêté plusieurs fois et n’a pas redémarré. Ce qui était montré comme gardé ou en chemin est gardé. Copie ce que tu écris, puis recharge la page ; si rien ne change, ferme les autres onglets de Kith et redémarre le navigateur.
meanwhile-unanswered = Le moteur de Kith s’est arrêté avant de répondre, donc ceci n’est peut-être pas fait ; rien de ce qui était gardé n’est perdu. Regarde si c’est là, et sinon essaie encore.
meanwhile-not-understood = La page et son moteur ne sont pas de la même version ; rien n’a changé. Recharge la page.
meanwhile-understood = D’accord
