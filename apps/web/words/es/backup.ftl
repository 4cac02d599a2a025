# machine-made; no native reader has signed yet
# second reader: none yet

backup-heading = Una copia de seguridad
backup-asked = Lo que escribes vive solo en este navegador. Si se borra o se pierde, solo una copia de seguridad lo recupera.
backup-save = Guardar una copia
backup-later = Más tarde
backup-what = Una copia de seguridad es un archivo con tus nombres, personas y conversaciones, y unas palabras que lo abren. Guarda ambas cosas en dos lugares.
backup-saved = Se entregó el archivo al navegador para guardarlo. Estas palabras lo abren; solo se muestran esta vez. Escríbelas en papel.
backup-saved-before = Se entregó el archivo al navegador para guardarlo. Lo abren las palabras que ya escribiste antes.
backup-not-saved = El navegador no aceptó el archivo; no se perdió nada. Inténtalo otra vez o haz sitio.
backup-written-down = Ya las he escrito
backup-kept = El archivo está guardado
