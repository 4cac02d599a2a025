# machine-made; no native reader has signed yet
# second reader: none yet

conversation-list = 会話
conversation-empty = まだ何も書かれていません。はじめは短くてかまいません。
conversation-unknown = この会話はここにありません
conversation-unknown-what = アドレスが指す会話は、このブラウザにありません。何も失われていません。「人」に戻ってください。
conversation-earlier = 前を見る
conversation-write = 書く
conversation-send = 送る
conversation-keys = Enterで改行、Ctrlまたは⌘とEnterで送信します。
conversation-answer = 返信
conversation-not-as-answer = 返信にしない
conversation-answering = { $author }さんへの返信
conversation-answers = { $author }さんへの返信：{ $beginning }
conversation-changed = 変更あり
conversation-taken-back = 取り消されました。
conversation-opens = 書いた人がたたんでいます。あなたが選んだときに開きます。
conversation-accepting = 相手のホームからまだ返事がありません。書くことはできます。返事があったら送られます。
conversation-blocked = この人をブロックしています。あなたからは届かず、相手からも届きません。
conversation-held = ここで待機中
conversation-kept-back = ここに残しています
conversation-on-its-way = 送信中
conversation-kept-at = { $host }に保管
conversation-kept = ホームに保管
conversation-not-sent = 送られていません：{ $why }
conversation-reaction = { LIST($names) }から{ $sign }
conversation-new-item = { $author }：{ $text }
