# machine-made; no native reader has signed yet
# second reader: none yet

invite-heading = Jemanden einladen
invite-field = Link
invite-copy = Kopieren
invite-copied = Kopiert. Gib ihn einem einzigen Menschen, auf einem Weg, dem du traust.
invite-not-copied = Der Browser ließ ihn nicht kopieren; er ist jetzt markiert, kopier ihn von Hand.
invite-share = Teilen
invite-what = Wer diesen Link hat, kann anfangen, dir zu schreiben. Gib ihn dem Menschen selbst.
invite-another = Noch eine machen
invite-make = Einladung machen
invite-keeper = Das Zuhause will selbst eine Einladung?
invite-keeper-field = Text von der Person, die das Zuhause führt
invite-keeper-send = Damit fragen
invite-earlier = Früher gegeben
invite-take-back = Zurücknehmen
invite-once = Sie gilt einmal, für einen Menschen.
invite-waiting = { $host } wurde noch nicht erreicht. Der Link kommt hierher, sobald das gelingt, denn erst dann gilt er.
invite-until = Sie gilt bis { DATETIME($until, weekday: "long", day: "numeric", month: "long", year: "numeric") }.
invite-given = Eine Einladung
invite-given-until = Eine Einladung, bis { DATETIME($until, weekday: "long", day: "numeric", month: "long", year: "numeric") }
invite-given-for = Für { $label }
invite-given-for-until = Für { $label }, bis { DATETIME($until, weekday: "long", day: "numeric", month: "long", year: "numeric") }
