# machine-made; no native reader has signed yet
# second reader: none yet

safety-button = Sicherheitsnummer
safety-what = Lest euch diese Ziffern vor, von Angesicht zu Angesicht oder am Telefon. Sind sie gleich, steht niemand zwischen euch. Sind sie es nicht, schreib hier nichts, was nur ihr lesen sollt.
safety-compared = Wir haben sie verglichen
safety-done = Ihr habt sie verglichen: Niemand steht zwischen euch.
