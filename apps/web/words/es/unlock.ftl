# machine-made; no native reader has signed yet
# second reader: none yet

unlock-heading = Kith está cerrado
unlock-what = Lo que escribiste está aquí, sellado.
unlock-open = Abrir
unlock-empty = Todavía no hay frase de paso, así que no se abrió nada. Escribe la que lo cerró.
unlock-open-with-passkey = Abrir con llave de acceso
unlock-lock = Cerrar con llave
unlock-unsealing = Un momento: se está quitando el sello.
