# machine-made; no native reader has signed yet
# second reader: none yet

invite-heading = Invitar a alguien
invite-field = Enlace
invite-copy = Copiar
invite-copied = Copiado. Dáselo a una sola persona, por un medio de confianza.
invite-not-copied = El navegador no permitió copiarlo; ahora está marcado, cópialo a mano.
invite-share = Compartir
invite-what = Quien tenga este enlace puede empezar a escribirte. Dáselo tú a la persona.
invite-another = Hacer otra
invite-make = Hacer una invitación
invite-keeper = ¿El hogar pide una invitación propia?
invite-keeper-field = Texto de quien cuida el hogar
invite-keeper-send = Pedir con él
invite-earlier = Dadas antes
invite-take-back = Retirar
invite-once = Sirve una vez, para una persona.
invite-waiting = Todavía no se pudo contactar con { $host }. El enlace aparecerá aquí en cuanto se pueda, porque solo entonces funciona.
invite-until = Sirve hasta el { DATETIME($until, weekday: "long", day: "numeric", month: "long", year: "numeric") }.
invite-given = Una invitación
invite-given-until = Una invitación, hasta el { DATETIME($until, weekday: "long", day: "numeric", month: "long", year: "numeric") }
invite-given-for = Para { $label }
invite-given-for-until = Para { $label }, hasta el { DATETIME($until, weekday: "long", day: "numeric", month: "long", year: "numeric") }
