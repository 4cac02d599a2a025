# machine-made; no native reader has signed yet
# second reader: none yet

passkey-not-made = No se hizo ninguna llave de acceso; no se guardó nada. Inténtalo otra vez o usa una frase de paso.
passkey-not-given = No se dio la llave de acceso, así que Kith sigue cerrado y no se cambió nada. Inténtalo otra vez; tiene que ser la que lo cerró.
passkey-no-prf = Se hizo una llave de acceso, pero este navegador, o lo que guarda sus llaves, no puede hacer una clave con ella; no se guardó nada. Usa una frase de paso; puedes borrar la llave de acceso llamada Kith.
passkey-none-here = Este navegador no conoce las llaves de acceso, así que Kith sigue cerrado y no se cambió nada. Ábrelo con el navegador que lo cerró.
