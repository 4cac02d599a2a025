# machine-made; no native reader has signed yet
# second reader: none yet

storage-none = このブラウザには、Kithがものをしまう場所がありません
storage-none-what = プライベートウィンドウ、設定、またはディスクの空きがないことが考えられます。ふつうのウィンドウでKithを開くか、空きを作ってから、ページを読み直してください。
storage-load = 読み直す
storage-not-persisted = このブラウザは、ここにあるものを残すと約束していません。ディスクがいっぱいのとき、Safariでは七日間開かないとき、プライベートウィンドウでは閉じたときに、消えることがあります。バックアップを保存してください。
