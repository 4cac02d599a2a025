# machine-made; no native reader has signed yet
# second reader: none yet

keeping-heading = 書いたものを、このブラウザでどう保管しますか？
keeping-what = Kithにアカウントはありません。書いたものや読むものはこのブラウザの中にあり、封をして相手に送られます。
keeping-invited = 招待が届いています。その前に、短い質問が二つあります。
keeping-passphrase = パスフレーズを使う
keeping-passphrase-hint = おぼえていられる、いくつかのことばです。忘れると、私たちを含めて誰もお返しできません。
keeping-passkey = パスキーを使う
keeping-passkey-hint = 指紋、顔、PIN、または鍵で開きます。パスキーをなくしたら、助けになるのはバックアップだけです。
keeping-no-passkeys = このブラウザでは、パスキーで開けません。
keeping-openly = 鍵をかけない
keeping-openly-hint = この端末を使える人や、ディスクを読める人は、すべてを読めます。
keeping-begin = はじめる
keeping-field = パスフレーズ
keeping-field-again = パスフレーズをもう一度
keeping-empty = パスフレーズがまだありません。何も保管していません。いくつかのことばを書いてください。
keeping-unequal = 二つのパスフレーズが同じではありません。何も保管していません。もう一度書いてください。
keeping-sealing = 少しお待ちください。鍵を作っています。
