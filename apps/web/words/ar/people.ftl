# machine-made; no native reader has signed yet
# second reader: none yet

people-heading = الأشخاص
people-list = المحادثات
people-empty = هنا الأشخاص الذين تُكتب إليهم الرسائل. لا يوجد أحد بعد: يمكن دعوة شخص، أو النظر في دعوة وصلتك.
people-choose = يمكن اختيار شخص للقراءة والكتابة إليه.
people-invite = دعوة شخص
people-link-field = رابط الدعوة
people-look = النظر فيها
people-no-link = لا يوجد رابط بعد. يلزم لصق الرابط الذي وصلك.
people-back = الأشخاص
people-new = شيء جديد
people-accepting = بانتظار البيت الآخر
people-blocked = محظور
people-halted = لا يمكن المتابعة
people-other-tab = Kith مفتوح في علامة تبويب أخرى أيضًا. كلتاهما تعمل.
people-you-are = اسمك هنا { $name }.
