# machine-made; no native reader has signed yet
# second reader: none yet

safety-button = 安全番号
safety-what = この数字を、会って、または電話で、たがいに読み上げてください。同じなら、あいだに誰もいません。違うなら、相手だけに読んでほしいことはここに書かないでください。
safety-compared = くらべました
safety-done = くらべました。あいだに誰もいません。
