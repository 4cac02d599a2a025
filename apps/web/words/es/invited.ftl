# machine-made; no native reader has signed yet
# second reader: none yet

invited-heading = { $name } te invita
invited-accept = Aceptar
invited-not-now = Ahora no
invited-as-whom = ¿Con cuál de tus nombres?
invited-unreadable = Esta invitación no se puede leer
invited-go-on = Seguir
invited-what = Si aceptas, habrá una conversación que solo podrán leer esa persona y tú. Puedes escribir ya; saldrá cuando responda el otro hogar.
invited-vouched = De este nombre solo responde quien te dio el enlace. Cuando os veáis, comparad el número de seguridad.
invited-home = El hogar que lo lleva todo entre vosotros es { $host }.
