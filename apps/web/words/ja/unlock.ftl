# machine-made; no native reader has signed yet
# second reader: none yet

unlock-heading = Kithは閉じています
unlock-what = 書いたものは、封をしてここにあります。
unlock-open = 開く
unlock-empty = パスフレーズがまだないので、何も開いていません。閉じたときのパスフレーズを書いてください。
unlock-open-with-passkey = パスキーで開く
unlock-lock = 鍵をかける
unlock-unsealing = 少しお待ちください。封を開けています。
