# machine-made; no native reader has signed yet
# second reader: none yet

unlock-heading = Kith مقفل
unlock-what = ما كُتب موجود هنا، مختومًا.
unlock-open = فتح
unlock-empty = لا توجد عبارة مرور بعد، فلم يُفتح شيء. يلزم إدخال العبارة التي أُقفل بها.
unlock-open-with-passkey = فتح بمفتاح المرور
unlock-lock = قفل
unlock-unsealing = لحظة: يُفك الختم.
