# machine-made; no native reader has signed yet
# second reader: none yet

people-heading = 人
people-list = 会話
people-empty = ここには、あなたが書く相手が並びます。まだ誰もいません。人を招待するか、もらった招待を見てください。
people-choose = 読んだり書いたりする相手を選んでください。
people-invite = 人を招待する
people-link-field = 招待のリンク
people-look = 見る
people-no-link = リンクがまだありません。もらったリンクを貼ってください。
people-back = 人
people-new = 新しいものあり
people-accepting = 相手のホームを待っています
people-blocked = ブロック中
people-halted = 続けられません
people-other-tab = Kithは別のタブでも開いています。どちらも使えます。
people-you-are = ここでの名前は{ $name }です。
