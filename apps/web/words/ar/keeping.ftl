# machine-made; no native reader has signed yet
# second reader: none yet

keeping-heading = كيف يحفظ هذا المتصفح ما يُكتب؟
keeping-what = لا حسابات في Kith. ما تتم كتابته وقراءته محفوظ هنا في هذا المتصفح، ويصل مختومًا إلى من تُكتب إليهم الرسائل.
keeping-invited = وصلتك دعوة. تنتظر الدعوة الإجابة عن سؤالين قصيرين.
keeping-passphrase = بعبارة مرور
keeping-passphrase-hint = بضع كلمات يسهل تذكرها. لا أحد يستطيع إعادتها إليك، ولا نحن.
keeping-passkey = بمفتاح مرور
keeping-passkey-hint = تفتحه البصمة أو الوجه أو رمز PIN أو مفتاح. إذا ضاع مفتاح المرور، فلا تنفع إلا نسخة احتياطية.
keeping-no-passkeys = لا يستطيع هذا المتصفح فتحه بمفتاح مرور.
keeping-openly = مفتوحًا
keeping-openly-hint = كل من يستطيع استخدام هذا الجهاز أو قراءة قرصه يستطيع قراءة كل شيء.
keeping-begin = بدء
keeping-field = عبارة المرور
keeping-field-again = عبارة المرور مرة أخرى
keeping-empty = لا توجد عبارة مرور بعد، ولم يُحفظ شيء. يلزم إدخال بضع كلمات.
keeping-unequal = عبارتا المرور غير متطابقتين، ولم يُحفظ شيء. يلزم إدخالهما مرة أخرى.
keeping-sealing = لحظة: يُصنع منها مفتاح.
