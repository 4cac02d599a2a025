# machine-made; no native reader has signed yet
# second reader: none yet

passkey-not-made = パスキーは作られませんでした。何も保管していません。もう一度試すか、パスフレーズを使ってください。
passkey-not-given = パスキーが渡されなかったので、Kithは閉じたままで、何も変わっていません。もう一度試してください。閉じたときのパスキーが必要です。
passkey-no-prf = パスキーは作られましたが、このブラウザ、またはパスキーをしまう仕組みでは、そこから鍵を作れません。何も保管していません。パスフレーズを使ってください。Kithという名前のパスキーは消してかまいません。
passkey-none-here = このブラウザではパスキーを使えないので、Kithは閉じたままで、何も変わっていません。閉じたときのブラウザで開いてください。
