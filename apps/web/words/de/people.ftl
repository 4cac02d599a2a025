# machine-made; read again once; no native reader has signed yet
# second reader: one that did not write it, by machine, 2026-12-01

people-heading = Menschen
people-list = Gespräche
people-empty = Hier sind die Menschen, denen du schreibst. Noch ist niemand da: Lade jemanden ein, oder sieh dir eine Einladung an, die du bekommen hast.
people-choose = Wähl jemanden aus, um zu lesen und zu schreiben.
people-invite = Jemanden einladen
people-link-field = Link der Einladung
people-look = Ansehen
people-no-link = Da steht noch kein Link. Füg den ein, den du bekommen hast.
people-back = Menschen
people-new = etwas Neues
people-accepting = wartet auf das andere Zuhause
people-blocked = blockiert
people-halted = geht nicht weiter
people-other-tab = Kith ist auch in einem anderen Tab offen. Beide funktionieren.
people-you-are = Du bist { $name }.
