# machine-made; no native reader has signed yet
# second reader: none yet

conversation-list = محادثة
conversation-empty = لم يُكتب هنا شيء بعد. يمكن أن تكون البداية قصيرة.
conversation-unknown = هذه المحادثة ليست هنا
conversation-unknown-what = يشير العنوان إلى محادثة ليست في هذا المتصفح. لم يضع شيء؛ يمكن الرجوع إلى الأشخاص.
conversation-earlier = عرض ما سبق
conversation-write = الكتابة
conversation-send = إرسال
conversation-keys = Enter لسطر جديد؛ و Ctrl أو ⌘ مع Enter للإرسال.
conversation-answer = رد
conversation-not-as-answer = ليس ردًّا
conversation-answering = رد على { $author }
conversation-answers = رد على { $author }: { $beginning }
conversation-changed = تم تغييره
conversation-taken-back = تم سحبه.
conversation-opens = طُوي عند كتابته. يُفتح هنا بالاختيار فقط.
conversation-accepting = لم يُجب البيت الآخر بعد. الكتابة ممكنة، وتُرسل عندما يُجيب.
conversation-blocked = هذا الشخص محظور: لا يصله شيء من هنا ولا يصل منه شيء.
conversation-held = محتجز هنا
conversation-kept-back = باقٍ هنا
conversation-on-its-way = في الطريق
conversation-kept-at = محفوظ في { $host }
conversation-kept = محفوظ في البيت
conversation-not-sent = لم يُرسل: { $why }
conversation-reaction = { $sign } من { LIST($names) }
conversation-new-item = { $author }: { $text }
