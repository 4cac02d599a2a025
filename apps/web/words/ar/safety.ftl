# machine-made; no native reader has signed yet
# second reader: none yet

safety-button = رقم الأمان
safety-what = يقرأ كل منكما هذه الأرقام للآخر، وجهًا لوجه أو بالهاتف. إذا كانت متطابقة، فلا أحد بينكما. وإذا لم تكن، فلا يُكتب هنا شيء لا ينبغي أن يقرأه غيركما.
safety-compared = قارنّاها
safety-done = تمت المقارنة: لا أحد بينكما.
