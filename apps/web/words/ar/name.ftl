# machine-made; no native reader has signed yet
# second reader: none yet

name-heading = ما اسمك هنا؟
name-what = هذا الاسم يراه من تُكتب إليهم الرسائل. لا يلزم أن يكون الاسم المكتوب في الأوراق الرسمية.
name-field = اسمك
name-go-on = متابعة
name-empty = لا يوجد اسم بعد. يلزم إدخال اسم ثم المتابعة.
