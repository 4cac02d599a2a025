### A conversation.

conversation-list = Conversation
conversation-empty = Nothing was written here yet. What you write first can be short.
conversation-unknown = This conversation is not here
conversation-unknown-what =
    The address names a conversation that this browser does not have. Nothing was lost; go back to people.
conversation-earlier = Show earlier
conversation-write = Write
conversation-send = Send
conversation-keys = Enter makes a line; Ctrl or ⌘ with Enter sends.
conversation-answer = Answer
conversation-not-as-answer = Not as an answer
conversation-answering = Answers { $author }
conversation-answers = Answers { $author }: { $beginning }
conversation-changed = changed
conversation-taken-back = Taken back.
conversation-opens = Folded by whoever wrote it. It opens here when you choose to.
conversation-accepting = Their home has not answered yet. You can write; it goes out when it does.
conversation-blocked = You blocked them: nothing goes to them and nothing of theirs comes.

## What was being written where nothing can be written any more.

conversation-unsent = You were writing this; it was not sent
conversation-unsent-copy = Copy
conversation-unsent-copied = Copied.
conversation-unsent-not-copied = The browser did not let it be copied; copy it by hand.

## How far an item is.

conversation-held = held here
conversation-kept-back = kept back here
conversation-on-its-way = on its way
conversation-kept-at = kept at { $host }
conversation-kept = kept at the home
conversation-not-sent = not sent: { $why }

## What stands with an item.

conversation-reaction = { $sign } from { LIST($names) }
conversation-new-item = { $author }: { $text }
