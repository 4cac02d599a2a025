### Inviting somebody.

invite-heading = Invite somebody
invite-field = Link
invite-copy = Copy
invite-copied = Copied. Give it to one person, by a way that you trust.
invite-not-copied = The browser did not let it be copied; it is marked now, copy it by hand.
invite-share = Share
invite-what = Whoever has this link can begin to write with you. Give it to the person yourself.
invite-another = Make another
invite-make = Make an invitation
invite-keeper = The home asks for an invitation of its own?
invite-keeper-field = Text from the home's keeper
invite-keeper-send = Ask with it
invite-earlier = Given before
invite-take-back = Take back
invite-once = It works once, for one person.
invite-used = It was used: whoever accepted it stands among your people. The link works no more.
invite-waiting =
    { $host } was not reached yet. The link comes here as soon as it was, because only then does it work.
invite-until = It works until { DATETIME($until, weekday: "long", day: "numeric", month: "long", year: "numeric") }.

## Those that were given before, each with its note to oneself and the day on which it ends, where there are any.

invite-given = An invitation
invite-given-until =
    An invitation, until { DATETIME($until, weekday: "long", day: "numeric", month: "long", year: "numeric") }
invite-given-for = For { $label }
invite-given-for-until =
    For { $label }, until { DATETIME($until, weekday: "long", day: "numeric", month: "long", year: "numeric") }
