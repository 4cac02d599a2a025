# machine-made; no native reader has signed yet
# second reader: none yet

name-heading = ¿Cómo te llamas aquí?
name-what = Quienes reciben lo que escribes ven este nombre. No tiene que ser el de tus papeles.
name-field = Tu nombre
name-go-on = Seguir
name-empty = Todavía no hay nombre. Escribe uno y sigue.
