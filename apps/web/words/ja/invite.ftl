# machine-made; no native reader has signed yet
# second reader: none yet

invite-heading = 人を招待する
invite-field = リンク
invite-copy = コピー
invite-copied = コピーしました。信頼できる方法で、一人だけに渡してください。
invite-not-copied = ブラウザがコピーを許しませんでした。選択してあるので、手でコピーしてください。
invite-share = 共有
invite-what = このリンクを持つ人は、あなたに書きはじめることができます。本人に自分で渡してください。
invite-another = もう一つ作る
invite-make = 招待を作る
invite-keeper = ホームが専用の招待を求めていますか？
invite-keeper-field = ホームの管理者からのテキスト
invite-keeper-send = これで頼む
invite-earlier = 前に渡したもの
invite-take-back = 取り消す
invite-once = 一人に一度だけ使えます。
invite-waiting = { $host }にまだつながっていません。つながってはじめて使えるので、そのときにリンクがここに出ます。
invite-until = { DATETIME($until, weekday: "long", day: "numeric", month: "long", year: "numeric") }まで使えます。
invite-given = 招待
invite-given-until = 招待、{ DATETIME($until, weekday: "long", day: "numeric", month: "long", year: "numeric") }まで
invite-given-for = { $label }への招待
invite-given-for-until = { $label }への招待、{ DATETIME($until, weekday: "long", day: "numeric", month: "long", year: "numeric") }まで
