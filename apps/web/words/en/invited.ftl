### An invitation that came by link.

invited-heading = { $name } invites you
invited-accept = Accept
invited-not-now = Not now
invited-waits = An invitation waits for your answer, as long as this tab is open.
invited-show = Read the invitation
invited-throw-away = Throw it away
invited-as-whom = Under which of your names?
invited-own = This is an invitation of your own
invited-own-what = Nothing was done with it. Give it to the person whom you want to write with.
invited-unreadable = This invitation cannot be read
invited-go-on = Go on
invited-what =
    If you accept, there is a conversation that only the two of you can read. You can write at once; it goes out
    when their home answers.
invited-vouched =
    Nobody vouches for this name but whoever gave you the link. Once you have met, compare the safety number.
invited-home = The home that carries it between you is { $host }.
