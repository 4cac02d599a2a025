# machine-made; no native reader has signed yet
# second reader: none yet

meanwhile-offline = No hay red. Puedes leer y escribir; saldrá cuando vuelva a haberla.
meanwhile-restarted = El motor de Kith se paró y se puso en marcha otra vez. Lo que se mostraba guardado o en camino está guardado; lo que estabas escribiendo sigue aquí.
meanwhile-stopped = El motor de Kith se paró varias veces y no se puso en marcha otra vez. Lo que se mostraba guardado o en camino está guardado. Copia lo que estás escribiendo y carga la página de nuevo; si sigue igual, cierra las otras pestañas de Kith y reinicia el navegador.
meanwhile-unanswered = El motor de Kith se paró antes de responder, así que puede que esto no se haya hecho; no se perdió nada de lo guardado. Mira si está y, si no, inténtalo otra vez.
meanwhile-not-understood = La página y su motor no son de la misma versión; no se cambió nada. Carga la página de nuevo.
meanwhile-understood = De acuerdo
