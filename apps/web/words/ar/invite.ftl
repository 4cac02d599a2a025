# machine-made; no native reader has signed yet
# second reader: none yet

invite-heading = دعوة شخص
invite-field = الرابط
invite-copy = نسخ
invite-copied = تم النسخ. يُعطى لشخص واحد، بطريقة موثوقة.
invite-not-copied = لم يسمح المتصفح بالنسخ؛ الرابط محدد الآن ويمكن نسخه يدويًا.
invite-share = مشاركة
invite-what = كل من لديه هذا الرابط يستطيع بدء الكتابة معك. الأفضل تسليمه للشخص نفسه.
invite-another = إنشاء أخرى
invite-make = إنشاء دعوة
invite-keeper = هل يطلب البيت دعوة خاصة به؟
invite-keeper-field = نص من المسؤول عن البيت
invite-keeper-send = الطلب به
invite-earlier = دعوات سابقة
invite-take-back = سحب
invite-once = تصلح مرة واحدة، لشخص واحد.
invite-waiting = لم يتم الوصول إلى { $host } بعد. يظهر الرابط هنا فور الوصول إليه، لأنه لا يعمل قبل ذلك.
invite-until = تصلح حتى { DATETIME($until, weekday: "long", day: "numeric", month: "long", year: "numeric") }.
invite-given = دعوة
invite-given-until = دعوة، حتى { DATETIME($until, weekday: "long", day: "numeric", month: "long", year: "numeric") }
invite-given-for = إلى { $label }
invite-given-for-until = إلى { $label }، حتى { DATETIME($until, weekday: "long", day: "numeric", month: "long", year: "numeric") }
