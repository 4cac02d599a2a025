# machine-made; no native reader has signed yet
# second reader: none yet

people-heading = Personas
people-list = Conversaciones
people-empty = Aquí están las personas a las que escribes. Todavía no hay nadie: invita a alguien o mira una invitación que te hayan dado.
people-choose = Elige a alguien para leer y escribirle.
people-invite = Invitar a alguien
people-link-field = Enlace de invitación
people-look = Mirarla
people-no-link = Todavía no hay enlace. Pega el que te dieron.
people-back = Personas
people-new = algo nuevo
people-accepting = espera al otro hogar
people-blocked = bloqueo puesto
people-halted = no puede seguir
people-other-tab = Kith también está abierto en otra pestaña. Las dos funcionan.
people-you-are = Aquí te llamas { $name }.
