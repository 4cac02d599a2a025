# machine-made; no native reader has signed yet
# second reader: none yet

invited-heading = { $name }さんからの招待
invited-accept = 受ける
invited-not-now = 今はやめておく
invited-as-whom = どの名前で受けますか？
invited-unreadable = この招待は読めません
invited-go-on = 進む
invited-what = 受けると、二人だけが読める会話ができます。すぐに書けます。相手のホームから返事があったら送られます。
invited-vouched = この名前を保証するのは、リンクをくれた人だけです。会ったときに、安全番号をくらべてください。
invited-home = 二人のあいだを運ぶホームは{ $host }です。
