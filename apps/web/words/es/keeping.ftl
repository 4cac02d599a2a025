# machine-made; no native reader has signed yet
# second reader: none yet

keeping-heading = ¿Cómo debe guardar este navegador lo que escribes?
keeping-what = Kith no tiene cuentas. Lo que escribes y lees vive aquí, en este navegador, y va sellado a quienes escribes.
keeping-invited = Tienes una invitación. Espera a que respondas dos preguntas cortas.
keeping-passphrase = Con una frase de paso
keeping-passphrase-hint = Unas palabras que puedas recordar. Nadie te las puede devolver, tampoco nosotros.
keeping-passkey = Con una llave de acceso
keeping-passkey-hint = La abre tu huella, tu cara, un PIN o una llave. Si pierdes la llave de acceso, solo ayuda una copia de seguridad.
keeping-no-passkeys = Este navegador no puede abrirlo con una llave de acceso.
keeping-openly = Sin cerrar
keeping-openly-hint = Quien pueda usar este aparato, o leer su disco, puede leerlo todo.
keeping-begin = Empezar
keeping-field = Frase de paso
keeping-field-again = Frase de paso otra vez
keeping-empty = Todavía no hay frase de paso; no se guardó nada. Escribe unas palabras.
keeping-unequal = Las dos frases de paso no son iguales; no se guardó nada. Escríbelas otra vez.
keeping-sealing = Un momento: se está haciendo una clave con ella.
