# machine-made; read again once; no native reader has signed yet
# second reader: one that did not write it, by machine, 2026-12-01

safety-button = Sicherheitsnummer
safety-what = Lest euch diese Ziffern gegenseitig vor, wenn ihr beisammen seid oder am Telefon. Sind sie gleich, steht niemand zwischen euch. Sind sie es nicht, schreib hier nichts, was nur ihr beide lesen sollt.
safety-compared = Wir haben sie verglichen
safety-done = Ihr habt sie verglichen: Niemand steht zwischen euch.
