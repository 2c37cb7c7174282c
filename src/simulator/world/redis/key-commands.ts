import { find, keepSpace, makeRoom, put, type Session, spaceOf } from './database.ts';
import { globFits } from './glob.ts';
import { allKeys, type Entry, emptyKeyspace, entryOf, scanPart, type Value } from './keyspace.ts';
import { errorReply, NO_INTEGER, OK, type Reply, SYNTAX, WRONG_TYPE } from './reply.ts';

/** A command's work; `words` are its arguments without its name. */
export type Command = (session: Session, words: readonly Buffer[]) => Reply;

/** Redis keeps bytes: each of them is one letter of a key here. */
export const keyOf = (word: Buffer | undefined) => (word ?? Buffer.alloc(0)).toString('latin1');
const textOf = (word: Buffer | undefined) => (word ?? Buffer.alloc(0)).toString('utf8');
const wordOf = (word: Buffer | undefined) => textOf(word).toUpperCase();

const FULL = errorReply("OOM command not allowed when used memory > 'maxmemory'.");

/** A write that may need memory. */
const needingRoom =
  (run: Command): Command =>
  (session, words) =>
    makeRoom(session) ? run(session, words) : FULL;

function textValue(bytes: Buffer): Value {
  return { kind: 'string', bytes, sizeBytes: bytes.length };
}

/** The bytes of a string; those of one without are as many `x`. */
function bytesOf(value: Extract<Value, { kind: 'string' }>): Buffer {
  return value.bytes ?? Buffer.alloc(value.sizeBytes, 'x');
}

function written(session: Session, key: string, bytes: Buffer, expiresAt: number | null): void {
  const entry: Entry = { value: textValue(bytes), expiresAt, usedAt: session.now };
  put(session, key, entry);
}

const get: Command = (session, [key]) => {
  const entry = find(session, keyOf(key));
  if (entry === null) {
    session.redis.misses += 1;
    return null;
  }
  session.redis.hits += 1;
  return entry.value.kind === 'string' ? bytesOf(entry.value) : WRONG_TYPE;
};

interface SetOptions {
  readonly expiresAt: number | null;
  readonly only: 'NX' | 'XX' | null;
  readonly keep: boolean;
  readonly get: boolean;
}

function setOptions(words: readonly Buffer[], now: number): SetOptions | null {
  let options: SetOptions = { expiresAt: null, only: null, keep: false, get: false };
  for (let at = 0; at < words.length; at += 1) {
    const word = wordOf(words[at]);
    if (word === 'NX' || word === 'XX') options = { ...options, only: word };
    else if (word === 'KEEPTTL') options = { ...options, keep: true };
    else if (word === 'GET') options = { ...options, get: true };
    else if (word === 'EX' || word === 'PX') {
      at += 1;
      const count = Number(textOf(words[at]));
      if (!Number.isInteger(count) || count <= 0) return null;
      options = { ...options, expiresAt: now + (word === 'EX' ? count * 1000 : count) };
    } else return null;
  }
  return options;
}

const set: Command = (session, [word, value = Buffer.alloc(0), ...rest]) => {
  const options = setOptions(rest, session.now);
  if (options === null) return SYNTAX;
  const key = keyOf(word);
  const before = find(session, key);
  const former = before?.value.kind === 'string' ? bytesOf(before.value) : null;
  const wanted = options.only === null || (options.only === 'NX') === (before === null);
  if (!wanted) return options.get ? former : null;
  const expiresAt = options.keep ? (before?.expiresAt ?? null) : options.expiresAt;
  written(session, key, value, expiresAt);
  return options.get ? former : OK;
};

const setex: Command = (session, [key, seconds, value = Buffer.alloc(0)]) => {
  const count = Number(textOf(seconds));
  if (!Number.isInteger(count)) return NO_INTEGER;
  if (count <= 0) return errorReply("ERR invalid expire time in 'setex' command");
  written(session, keyOf(key), value, session.now + count * 1000);
  return OK;
};

const mset: Command = (session, words) => {
  if (words.length % 2 !== 0) {
    return errorReply("ERR wrong number of arguments for 'mset' command");
  }
  for (let at = 0; at < words.length; at += 2) {
    written(session, keyOf(words[at]), words[at + 1] ?? Buffer.alloc(0), null);
  }
  return OK;
};

const remove: Command = (session, words) => {
  let gone = 0;
  for (const word of words) {
    if (find(session, keyOf(word)) === null) continue;
    put(session, keyOf(word), null);
    gone += 1;
  }
  return gone;
};

const expire =
  (unitMs: number): Command =>
  (session, [word, count]) => {
    const entry = find(session, keyOf(word));
    const units = Number(textOf(count));
    if (!Number.isInteger(units)) return NO_INTEGER;
    if (entry === null) return 0;
    put(session, keyOf(word), { ...entry, expiresAt: session.now + units * unitMs });
    return 1;
  };

const timeToLive =
  (unitMs: number): Command =>
  (session, [word]) => {
    const entry = find(session, keyOf(word));
    if (entry === null) return -2;
    if (entry.expiresAt === null) return -1;
    return Math.round((entry.expiresAt - session.now) / unitMs);
  };

const add =
  (step: number): Command =>
  (session, [word]) => {
    const before = find(session, keyOf(word));
    const held = before?.value ?? textValue(Buffer.from('0'));
    if (held.kind !== 'string') return WRONG_TYPE;
    const value = Number(bytesOf(held).toString());
    if (!Number.isInteger(value)) return NO_INTEGER;
    const bytes = Buffer.from(String(value + step));
    written(session, keyOf(word), bytes, before?.expiresAt ?? null);
    return value + step;
  };

const push =
  (where: 'left' | 'right'): Command =>
  (session, [word, ...items]) => {
    const before = find(session, keyOf(word));
    if (before !== null && before.value.kind !== 'list') return WRONG_TYPE;
    const there = before?.value.kind === 'list' ? before.value.items : [];
    const all = where === 'left' ? [...items.toReversed(), ...there] : [...there, ...items];
    const value: Value = { kind: 'list', items: all };
    const expiresAt = before?.expiresAt ?? null;
    put(session, keyOf(word), { value, expiresAt, usedAt: session.now });
    return all.length;
  };

/** Takes the first item of the first list that has one; null when none has. */
function popFirst(session: Session, keys: readonly string[]): readonly Reply[] | null {
  for (const key of keys) {
    const entry = find(session, key);
    if (entry?.value.kind !== 'list') continue;
    const [first, ...items] = entry.value.items;
    if (first === undefined) continue;
    const rest: Entry = { ...entry, value: { kind: 'list', items } };
    put(session, key, items.length === 0 ? null : rest);
    return [Buffer.from(key, 'latin1'), first];
  }
  return null;
}

const blockingPop: Command = (session, words) => {
  const keys = words.slice(0, -1).map(keyOf);
  const seconds = Number(textOf(words.at(-1)));
  if (!(seconds >= 0)) return errorReply('ERR timeout is not a float or out of range');
  const untilMs = seconds === 0 ? null : session.now + seconds * 1000;
  return popFirst(session, keys) ?? { waitsFor: keys, untilMs };
};

const length: Command = (session, [word]) => {
  const entry = find(session, keyOf(word));
  if (entry === null) return 0;
  return entry.value.kind === 'list' ? entry.value.items.length : WRONG_TYPE;
};

const live = (session: Session, key: string) => {
  const expiresAt = entryOf(spaceOf(session), key)?.expiresAt ?? null;
  return expiresAt === null || expiresAt > session.now;
};

const bulk = (keys: readonly string[]): Reply[] => keys.map((key) => Buffer.from(key, 'latin1'));

const keys: Command = (session, [pattern]) => {
  const fits = globFits(keyOf(pattern));
  return bulk(allKeys(spaceOf(session)).filter((key) => fits(key) && live(session, key)));
};

const scan: Command = (session, [cursor, ...options]) => {
  let part = Number(textOf(cursor));
  if (!Number.isInteger(part) || part < 0) return errorReply('ERR invalid cursor');
  let fits = (_: string) => true;
  let least = 10;
  for (let at = 0; at < options.length; at += 2) {
    const word = wordOf(options[at]);
    if (word === 'MATCH') fits = globFits(keyOf(options[at + 1]));
    else if (word === 'COUNT') least = Number(textOf(options[at + 1]));
    else if (word !== 'TYPE') return SYNTAX;
  }
  const found: string[] = [];
  let looked = 0;
  do {
    const [more, next] = scanPart(spaceOf(session), part);
    looked += more.length;
    found.push(...more.filter((key) => fits(key) && live(session, key)));
    part = next;
  } while (part !== 0 && looked < least);
  return [String(part), bulk(found)];
};

const kind: Command = (session, [word]) => {
  const entry = find(session, keyOf(word));
  return { status: entry === null ? 'none' : entry.value.kind };
};

const flush =
  (all: boolean): Command =>
  (session) => {
    if (all) session.redis.databases = new Map([[0, emptyKeyspace]]);
    else keepSpace(session, emptyKeyspace);
    return OK;
  };

const ownSize: Command = (session, [word]) => {
  const entry = find(session, keyOf(word));
  if (entry === null) return null;
  return entry.value.kind === 'string' ? entry.value.sizeBytes : WRONG_TYPE;
};

/** Commands on keys, with the least number of arguments each takes. */
export const keyCommands: Readonly<Record<string, readonly [least: number, run: Command]>> = {
  get: [1, get],
  set: [2, needingRoom(set)],
  setex: [3, needingRoom(setex)],
  mset: [2, needingRoom(mset)],
  mget: [1, (session, words) => words.map((word) => get(session, [word]))],
  del: [1, remove],
  unlink: [1, remove],
  exists: [1, (session, words) => words.filter((word) => find(session, keyOf(word))).length],
  expire: [2, expire(1000)],
  pexpire: [2, expire(1)],
  ttl: [1, timeToLive(1000)],
  pttl: [1, timeToLive(1)],
  incr: [1, needingRoom(add(1))],
  decr: [1, needingRoom(add(-1))],
  strlen: [1, (session, words) => ownSize(session, words) ?? 0],
  type: [1, kind],
  lpush: [2, needingRoom(push('left'))],
  rpush: [2, needingRoom(push('right'))],
  llen: [1, length],
  lpop: [1, (session, [word]) => popFirst(session, [keyOf(word)])?.[1] ?? null],
  blpop: [2, blockingPop],
  keys: [1, keys],
  scan: [1, scan],
  dbsize: [0, (session) => spaceOf(session).keys],
  flushdb: [0, flush(false)],
  flushall: [0, flush(true)],
};
