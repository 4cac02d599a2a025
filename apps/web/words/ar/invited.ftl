# machine-made; no native reader has signed yet
# second reader: none yet

invited-heading = دعوة إليك من { $name }
invited-accept = قبول
invited-not-now = ليس الآن
invited-as-whom = بأي اسم من أسمائك؟
invited-unreadable = لا يمكن قراءة هذه الدعوة
invited-go-on = متابعة
invited-what = عند القبول تبدأ محادثة لا يقرؤها غيركما. الكتابة ممكنة فورًا، وتُرسل عندما يُجيب البيت الآخر.
invited-vouched = لا يضمن هذا الاسم إلا من أعطاك الرابط. عند اللقاء، قارِنا رقم الأمان.
invited-home = البيت الذي ينقل ما بينكما هو { $host }.
