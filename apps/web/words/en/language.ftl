### Choosing the language of the page.

language-field = Language
