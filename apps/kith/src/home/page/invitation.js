// What an invitation link says, or why it says nothing: `Invitation::from_link` of the crate `protocol`, with the same
// verdict on every link (docs/protocol.md, *Invitation*). It asks nobody and keeps nothing.

import { seen } from "./legible.js";

const ROUTE = "/#/i/";
const VERSION = 1n;
const CHECK_BYTES = 4;
const MOST_LINK_BYTES = 4096;
const MOST_HOME_BYTES = 255;
const MOST_NAME_BYTES = 128;
const MOST_DEPTH = 16;
const MOST_KEY = 2n ** 63n - 1n;
// Bytes of home key, inbox, inbox key, seal key, capability, persona: fields 2 to 7.
const FIELD_BYTES = [32, 16, 32, 32, 32, 32];

class Damaged extends Error {}

function insist(holds) {
  if (!holds) throw new Damaged();
}

const bytesOf = (text) => new TextEncoder().encode(text);
const trimmed = (text) => text.replace(/^\p{White_Space}+|\p{White_Space}+$/gu, "");

// An origin whose host a browser wrote with escapes where others (and the URL standard) write characters, or refuse them.
function unescaped({ origin, hostname }) {
  if (!hostname.includes("%")) return origin;
  const character = (escape) => String.fromCharCode(parseInt(escape.slice(1), 16));
  const host = hostname.replace(/%[0-9A-F]{2}/gi, character);
  return /[^!-~]|[#%/:<>?@[\\\]^|]/.test(host) ? null : origin.replace(hostname, () => host);
}

// The origin of a home as it is written, or null: https, or http on this machine.
function home(text) {
  if (bytesOf(text).length > MOST_HOME_BYTES) return null;
  let url;
  try {
    url = new URL(trimmed(text));
  } catch {
    return null;
  }
  const isHere = /^(localhost|127\.\d+\.\d+\.\d+|\[::1\])$/.test(url.hostname);
  const isAllowed = url.protocol === "https:" || (url.protocol === "http:" && isHere);
  const isOrigin = url.href === `${url.origin}/`;
  const origin = isAllowed && isOrigin ? unescaped(url) : null;
  return origin !== null && origin.length <= MOST_HOME_BYTES ? origin : null;
}

// base64url without padding, in its one spelling (RFC 4648).
function decoded(text) {
  insist(/^[A-Za-z0-9_-]*$/.test(text) && text.length % 4 !== 1);
  const binary = atob(text.replaceAll("-", "+").replaceAll("_", "/"));
  const again = btoa(binary).replaceAll("+", "-").replaceAll("/", "_");
  insist(again.replace(/=+$/, "") === text);
  return Uint8Array.from(binary, (character) => character.charCodeAt(0));
}

async function check(payload) {
  const prefix = bytesOf("kith/invitation");
  const whole = new Uint8Array(prefix.length + payload.length);
  whole.set(prefix);
  whole.set(payload, prefix.length);
  const hash = await crypto.subtle.digest("SHA-256", whole);
  return new Uint8Array(hash, 0, CHECK_BYTES);
}

// Deterministic CBOR (RFC 8949 §4.2.1): shortest heads, definite lengths, map keys in order; no floats, no tags.
class Reader {
  #bytes;
  #at = 0;

  constructor(bytes) {
    this.#bytes = bytes;
  }

  static whole(bytes) {
    const reader = new Reader(bytes);
    const value = reader.#item(MOST_DEPTH);
    insist(reader.#at === bytes.length);
    return value;
  }

  #take(count) {
    insist(count <= this.#bytes.length - this.#at);
    this.#at += count;
    return this.#bytes.subarray(this.#at - count, this.#at);
  }

  #argument(low) {
    if (low < 24) return BigInt(low);
    insist(low <= 27);
    const value = this.#take(2 ** (low - 24)).reduce((sum, byte) => (sum << 8n) | BigInt(byte), 0n);
    insist(value >= [24n, 1n << 8n, 1n << 16n, 1n << 32n][low - 24]);
    return value;
  }

  // Numbers are BigInts, a map is an array of pairs in a `pairs`.
  #item(depth) {
    const [first] = this.#take(1);
    const [major, low] = [first >> 5, first & 0x1f];
    if (major === 7) {
      insist(low >= 20 && low <= 22);
      return null;
    }
    const argument = this.#argument(low);
    if (major === 0) return argument;
    if (major === 1) return -1n - argument;
    const count = Number(argument);
    if (major === 2) return this.#take(count);
    if (major === 3) return text(this.#take(count));
    insist((major === 4 || major === 5) && depth > 0);
    return major === 4 ? this.#array(count, depth - 1) : { pairs: this.#pairs(count, depth - 1) };
  }

  #array(count, depth) {
    const items = [];
    while (items.length < count) items.push(this.#item(depth));
    return items;
  }

  #pairs(count, depth) {
    const pairs = [];
    let before = null;
    while (pairs.length < count) {
      const start = this.#at;
      const key = this.#item(depth);
      const written = this.#bytes.subarray(start, this.#at);
      insist(before === null || isBelow(before, written));
      before = written;
      pairs.push([key, this.#item(depth)]);
    }
    return pairs;
  }
}

function text(bytes) {
  try {
    return new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(bytes);
  } catch {
    throw new Damaged();
  }
}

// Bytewise, a beginning below what it begins.
function isBelow(one, other) {
  const at = one.findIndex((byte, at) => byte !== other[at]);
  return at === -1 ? one.length < other.length : at >= other.length ? false : one[at] < other[at];
}

function isName(text) {
  const steers = /[\p{Cc}\u{200e}\u{200f}\u{61c}\u{202a}-\u{202e}\u{2066}-\u{2069}]/u;
  const isShort = bytesOf(text).length <= MOST_NAME_BYTES;
  return text !== "" && text === trimmed(text) && isShort && !steers.test(text);
}

// Home and name of a payload whose check fits.
function contents(payload) {
  const said = Reader.whole(payload);
  insist(Array.isArray(said) && typeof said[0] === "bigint" && said[0] >= 0n);
  if (said[0] !== VERSION) return { version: said[0] };
  insist(said[1]?.pairs);
  const fields = new Map();
  for (const [key, value] of said[1].pairs) {
    insist(typeof key === "bigint" && key <= MOST_KEY && key >= -1n - MOST_KEY);
    fields.set(Number(key), value);
  }
  const [inside, name] = [fields.get(1), fields.get(8)];
  insist(typeof inside === "string" && home(inside) === inside);
  FIELD_BYTES.forEach((count, at) => {
    const field = fields.get(at + 2);
    insist(field instanceof Uint8Array && field.length === count);
  });
  insist(typeof name === "string" && isName(name));
  return { inside, name };
}

async function verdict(outside, encoded) {
  const bytes = decoded(encoded);
  insist(bytes.length >= CHECK_BYTES);
  const payload = bytes.subarray(CHECK_BYTES);
  const expected = await check(payload);
  insist(expected.every((byte, at) => byte === bytes[at]));
  const { version, inside, name } = contents(payload);
  if (version !== undefined) return { verdict: "version", found: String(version) };
  if (inside !== outside) return { verdict: "two-homes", outside, inside };
  return { verdict: "invitation", name: seen(name) };
}

// Reads a link. `verdict` is "invitation" (with `name`, as it can be shown), "foreign", "damaged", "version" (with `found`,
// in digits) or "two-homes" (with `outside` and `inside`).
export async function read(link) {
  const whole = trimmed(link);
  const at = whole.indexOf(ROUTE);
  const outside = at === -1 ? null : home(whole.slice(0, at));
  if (outside === null || bytesOf(whole).length > MOST_LINK_BYTES) return { verdict: "foreign" };
  try {
    return await verdict(outside, whole.slice(at + ROUTE.length));
  } catch (error) {
    if (error instanceof Damaged) return { verdict: "damaged" };
    throw error;
  }
}
