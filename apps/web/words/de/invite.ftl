# machine-made; no native reader has signed yet
# second reader: one that did not write it, for all but the newest phrases, by machine, 2026-12-01

invite-heading = Jemanden einladen
invite-field = Link
invite-copy = Kopieren
invite-copied = Kopiert. Gib ihn einem einzigen Menschen, auf einem Weg, dem du traust.
invite-not-copied = Der Browser hat das Kopieren nicht erlaubt; der Link ist jetzt markiert, kopier ihn von Hand.
invite-share = Teilen
invite-what = Wer diesen Link hat, kann ein Gespräch mit dir anfangen. Gib ihn dem Menschen, für den er ist, selbst.
invite-another = Noch eine machen
invite-make = Einladung machen
invite-keeper = Das Zuhause verlangt eine eigene Einladung?
invite-keeper-field = Text von der Person, die das Zuhause führt
invite-keeper-send = Damit anfragen
invite-earlier = Frühere Einladungen
invite-take-back = Zurücknehmen
invite-once = Sie gilt einmal, für einen Menschen.
invite-used = Sie wurde benutzt: Wer sie angenommen hat, steht jetzt bei deinen Menschen. Der Link gilt nicht mehr.
invite-waiting = { $host } wurde noch nicht erreicht. Der Link kommt hierher, sobald das gelingt, denn erst dann gilt er.
invite-until = Sie gilt bis { DATETIME($until, weekday: "long", day: "numeric", month: "long", year: "numeric") }.
invite-given = Eine Einladung
invite-given-until = Eine Einladung, bis { DATETIME($until, weekday: "long", day: "numeric", month: "long", year: "numeric") }
invite-given-for = Für { $label }
invite-given-for-until = Für { $label }, bis { DATETIME($until, weekday: "long", day: "numeric", month: "long", year: "numeric") }
