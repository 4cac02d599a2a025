# machine-made; no native reader has signed yet
# second reader: none yet

storage-none = لا يعطي هذا المتصفح Kith مكانًا للحفظ
storage-none-what = قد يكون السبب نافذة خاصة أو إعدادًا أو قرصًا ممتلئًا. يُرجى فتح Kith في نافذة عادية، أو توفير مساحة، ثم إعادة تحميل الصفحة.
storage-load = إعادة التحميل
storage-not-persisted = لم يتعهد هذا المتصفح بحفظ ما هنا: قد يمسحه إذا امتلأ القرص، ويمسحه Safari بعد سبعة أيام دون زيارة، والنافذة الخاصة عند إغلاقها. يُرجى حفظ نسخة احتياطية.
