# machine-made; no native reader has signed yet
# second reader: none yet

meanwhile-offline = ネットワークがありません。読み書きはできます。つながったら送られます。
meanwhile-restarted = Kithのエンジンが止まり、もう一度動きはじめました。保管または送信中と出ていたものは保管されています。書きかけのものも残っています。
meanwhile-stopped = Kithのエンジンが何度も止まり、動かなくなりました。保管または送信中と出ていたものは保管されています。書きかけのものをコピーしてから、ページを読み直してください。それでも変わらなければ、Kithのほかのタブを閉じて、ブラウザを起動し直してください。
meanwhile-unanswered = Kithのエンジンが答える前に止まりました。これは行われていないかもしれません。保管されたものは失われていません。あるかどうかを見て、なければもう一度試してください。
meanwhile-not-understood = ページとエンジンの版が違います。何も変わっていません。ページを読み直してください。
meanwhile-understood = わかりました
