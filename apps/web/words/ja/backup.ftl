# machine-made; no native reader has signed yet
# second reader: none yet

backup-heading = バックアップ
backup-asked = 書いたものは、このブラウザの中だけにあります。消えたりなくなったりしたとき、取り戻せるのはバックアップだけです。
backup-save = バックアップを保存
backup-later = あとで
backup-what = バックアップは、あなたの名前、人、会話が入ったファイルと、それを開くことばです。二つの場所に置いてください。
backup-saved = ファイルをブラウザに渡して保存しました。このことばで開けます。見られるのは今だけです。紙に書いておいてください。
backup-saved-before = ファイルをブラウザに渡して保存しました。前に書きとめたことばで開けます。
backup-not-saved = ブラウザがファイルを受け取りませんでした。何も失われていません。もう一度試すか、空きを作ってください。
backup-written-down = 書きとめました
backup-kept = ファイルをしまいました
