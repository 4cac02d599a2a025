# machine-made; no native reader has signed yet
# second reader: none yet

name-heading = ここでは何と呼ばれますか？
name-what = 書く相手にこの名前が見えます。書類の名前でなくてもかまいません。
name-field = あなたの名前
name-go-on = 進む
name-empty = 名前がまだありません。書いてから進んでください。
