// How the name of somebody else is shown, so that nobody is fooled by it: `Name::seen` of the crate
// `protocol` in the browser's own properties of characters (Unicode, UAX #44).

const MOST_BYTES = 128;
const MOST_MARKS = 4;
const INSTEAD = "\u{fffd}";

const FLAG = /^\u{1f3f4}[\u{e0030}-\u{e0039}\u{e0061}-\u{e007a}]{3,6}\u{e007f}/u;
const STEERS = /[\p{Cc}\p{Zl}\p{Zp}\p{Bidi_Control}]/u;
const JOINS = /[\u{200c}\u{200d}]/u;
const VARIES = /\p{Variation_Selector}/u;
// Formats that stand before numbers and are seen (Prepended_Concatenation_Mark, for which there is no expression).
const SEEN_FORMAT =
  /[\u{600}-\u{605}\u{6dd}\u{70f}\u{890}\u{891}\u{8e2}\u{110bd}\u{110cd}]/u;
const UNSEEN =
  /[\p{Default_Ignorable_Code_Point}\p{Cf}\p{Noncharacter_Code_Point}\u{2800}\u{1d159}]/u;
const MARK = /[\p{Mn}\p{Me}]/u;
const BLANK = /\p{White_Space}/u;

// What stands before a character: `stands` if there is something to stand on, and then what it ends in.
const NOTHING = { stands: false, marks: 0, joined: false, varied: false };
const BASE = { ...NOTHING, stands: true };

// What is wrong with a character behind these: nothing, "mark" or "other".
function flaw(character, before) {
  const { stands, marks, joined, varied } = before;
  const unless = (holds, what) => (holds ? null : what);
  if (STEERS.test(character)) return "other";
  if (JOINS.test(character)) return unless(stands && !joined, "other");
  if (VARIES.test(character)) {
    return unless(stands && !joined && !varied, "other");
  }
  if (SEEN_FORMAT.test(character)) return null;
  if (UNSEEN.test(character)) return "other";
  if (MARK.test(character)) return unless(stands && marks < MOST_MARKS, "mark");
  return null;
}

function next(character, before, wrong) {
  if (wrong === "mark") return before;
  if (wrong || BLANK.test(character)) return NOTHING;
  const joined = JOINS.test(character);
  const varied = VARIES.test(character);
  if (!joined && !MARK.test(character)) return BASE;
  const marks = before.marks + (joined || varied ? 0 : 1);
  return { stands: before.stands, marks, joined, varied };
}

function withoutFlaws(text) {
  let shown = "";
  let before = NOTHING;
  let anySeen = false;
  for (let at = 0; at < text.length;) {
    const flag = FLAG.exec(text.slice(at));
    if (flag) {
      [shown, before, anySeen] = [shown + flag[0], BASE, true];
      at += flag[0].length;
      continue;
    }
    const character = String.fromCodePoint(text.codePointAt(at));
    const wrong = flaw(character, before);
    if (!wrong) shown += character;
    else if (!shown.endsWith(INSTEAD)) shown += INSTEAD;
    before = next(character, before, wrong);
    anySeen ||= !wrong && before === BASE;
    at += character.length;
  }
  return anySeen || shown.includes(INSTEAD) ? shown : INSTEAD;
}

const bytes = (text) => new TextEncoder().encode(text).length;

// A name in which a � stands for each run of what nobody sees, or what turns others around.
export function seen(name) {
  const shown = withoutFlaws(name);
  if (bytes(shown) <= MOST_BYTES) return shown;
  const kept = [...shown];
  while (bytes(kept.join("")) > MOST_BYTES - bytes(INSTEAD)) kept.pop();
  return withoutFlaws(kept.join("")) + INSTEAD;
}
