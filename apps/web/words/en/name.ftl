### One's own name.

name-heading = What are you called here?
name-what = Those you write to see this name. It need not be the one in your papers.
name-field = Your name
name-go-on = Go on
name-empty = There is no name yet. Write one, then go on.
