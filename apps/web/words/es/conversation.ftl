# machine-made; no native reader has signed yet
# second reader: none yet

conversation-list = Conversación
conversation-empty = Aquí todavía no hay nada escrito. Lo primero que escribas puede ser corto.
conversation-unknown = Esta conversación no está aquí
conversation-unknown-what = La dirección nombra una conversación que este navegador no tiene. No se perdió nada; vuelve a Personas.
conversation-earlier = Mostrar lo anterior
conversation-write = Escribir
conversation-send = Enviar
conversation-keys = Intro hace una línea nueva; Ctrl o ⌘ con Intro envía.
conversation-answer = Responder
conversation-not-as-answer = No como respuesta
conversation-answering = Respuesta a { $author }
conversation-answers = Respuesta a { $author }: { $beginning }
conversation-changed = cambiado
conversation-taken-back = Retirado.
conversation-opens = Quien lo escribió lo dejó plegado. Se abre aquí cuando tú quieras.
conversation-accepting = El otro hogar aún no ha respondido. Puedes escribir; saldrá cuando responda.
conversation-blocked = Has bloqueado a esta persona: nada le llega y nada suyo viene.
conversation-held = retenido aquí
conversation-kept-back = se queda aquí
conversation-on-its-way = en camino
conversation-kept-at = guardado en { $host }
conversation-kept = guardado en el hogar
conversation-not-sent = no enviado: { $why }
conversation-reaction = { $sign } de { LIST($names) }
conversation-new-item = { $author }: { $text }
