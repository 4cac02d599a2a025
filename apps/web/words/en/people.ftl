### Everybody known.

people-heading = People
people-list = Conversations
people-empty =
    Here are the people you write to. There is nobody yet: invite somebody, or look at an invitation that you were
    given.
people-choose = Choose somebody to read and to write to.
people-invite = Invite somebody
people-link-field = Invitation link
people-look = Look at it
people-no-link = There is no link yet. Paste the one that you were given.
people-back = People
people-new = something new
people-accepting = waits for their home
people-blocked = blocked
people-halted = cannot go on
people-other-tab = Kith is open in another tab too. Both work.
people-you-are = You are { $name }.
