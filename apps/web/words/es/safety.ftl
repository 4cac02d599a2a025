# machine-made; no native reader has signed yet
# second reader: none yet

safety-button = Número de seguridad
safety-what = Leeos estas cifras, cara a cara o por teléfono. Si son iguales, no hay nadie en medio. Si no lo son, no escribas aquí nada que solo deba leer la otra persona.
safety-compared = Lo hemos comparado
safety-done = Lo habéis comparado: no hay nadie en medio.
