// What the page at a home's address adds where scripts run: who invites, the invitation taken along, and a way out that
// leaves nothing on the screen. What came with the link becomes text nodes and nothing else.

import { read } from "./invitation.js";

const element = (id) => document.getElementById(id);
const heading = element("heading");
const greeting = heading.textContent;

// A text of somebody else, which must not reorder what stands around it.
function isolated(text) {
  const bdi = document.createElement("bdi");
  bdi.textContent = text;
  return bdi;
}

function say(...parts) {
  const paragraph = document.createElement("p");
  paragraph.append(...parts);
  element("said").replaceChildren(paragraph);
}

// The act of the page, as a link that can also be opened in another tab.
function offer(words, address) {
  const link = document.createElement("a");
  link.id = "open";
  link.href = address;
  link.textContent = words;
  element("open").replaceWith(link);
}

const host = (home) => isolated(home.replace(/^https?:\/\//, ""));

const SENTENCES = {
  damaged: () => ["This invitation is not whole: a part is missing, or was changed on its way. Ask for the link again, and copy all of it."],
  foreign: () => ["What stands behind the # in the address is no invitation of Kith, or only the beginning of one. Ask for the link again, and copy all of it."],
  version: ({ found }) => [`This invitation is of version ${found}, and this home knows version 1. Whoever runs the home can bring it up to date; then open the link again.`],
  "two-homes": ({ outside, inside }) => ["This invitation was made for the home ", host(inside), " and opened at ", host(outside), ". It may have been changed on its way: ask for the link again."],
};

function show(said, fragment) {
  if (said.verdict === "invitation") {
    heading.replaceChildren(isolated(said.name), " invites you");
    say("Nobody vouches for this name but whoever gave you the link. If you are not sure that it came from them, ask them by another way.");
    offer("Open in Kith", `/app/${fragment}`);
  } else {
    heading.textContent = greeting;
    say(...SENTENCES[said.verdict](said));
    offer("Open Kith without it", "/app/");
  }
}

async function look() {
  const fragment = location.hash;
  heading.textContent = greeting;
  element("said").replaceChildren();
  offer("Open in Kith", `/app/${fragment}`);
  if (fragment === "") return;
  try {
    const said = await read(`${location.origin}/${fragment}`);
    if (fragment === location.hash) show(said, fragment);
  } catch {
    say("This browser cannot look into the invitation here. It goes along to Kith all the same.");
  }
}

// Nothing of this page is left on the screen while the other one is on its way, nor in what the Back button knows.
function leave(neutral) {
  document.body.replaceChildren();
  document.title = "Wikipedia";
  history.replaceState(null, "", "/");
  location.replace(neutral);
}

function mindTheWayOut() {
  const way = element("leave");
  const neutral = way.href;
  way.addEventListener("click", (event) => {
    event.preventDefault();
    leave(neutral);
  });
  let escapes = 0;
  addEventListener("keydown", (event) => {
    if (event.repeat) return;
    escapes = event.key === "Escape" ? escapes + 1 : 0;
    if (escapes === 2) leave(neutral);
  });
  element("escape").hidden = false;
  element("back").textContent = "The Back button does not lead here again.";
}

element("unscripted").hidden = true;
mindTheWayOut();
addEventListener("hashchange", look);
await look();
