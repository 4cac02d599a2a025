# machine-made; no native reader has signed yet
# second reader: none yet

storage-none = Este navegador no da a Kith ningún lugar para guardar nada
storage-none-what = Puede ser por una ventana privada, un ajuste o un disco lleno. Abre Kith en una ventana normal, o haz sitio, y carga la página de nuevo.
storage-load = Cargar de nuevo
storage-not-persisted = Este navegador no prometió guardar lo que hay aquí: puede borrarlo cuando el disco está lleno, Safari tras siete días sin visitas, una ventana privada al cerrarse. Guarda una copia de seguridad.
