import { SqlError } from './sql-error.ts';

/**
 * A value as the evaluator has it: times and intervals are microseconds, times since the epoch; an
 * array is an array; everything else is what it looks like.
 */
export type Value = string | number | boolean | null | readonly Value[];

/** The object ids of types, as clients know them. */
const OIDS: Readonly<Record<string, number>> = {
  bool: 16,
  bytea: 17,
  name: 19,
  int8: 20,
  int4: 23,
  text: 25,
  oid: 26,
  xid: 28,
  inet: 869,
  float8: 701,
  unknown: 25,
  timestamp: 1114,
  timestamptz: 1184,
  date: 1082,
  interval: 1186,
  numeric: 1700,
  void: 2278,
  pg_lsn: 3220,
  'int4[]': 1007,
  'int8[]': 1016,
  'text[]': 1009,
  'oid[]': 1028,
};
const SIZES: Readonly<Record<string, number>> = {
  bool: 1,
  int4: 4,
  oid: 4,
  xid: 4,
  name: 64,
  void: 4,
};
const EIGHT = new Set(['int8', 'float8', 'timestamp', 'timestamptz', 'pg_lsn']);

/** The object id of a type; that of text for one that is not known. */
export const oidOf = (type: string): number => OIDS[type] ?? 25;
/** As a row's description tells it: bytes, or -1. */
export const sizeOf = (type: string): number => SIZES[type] ?? (EIGHT.has(type) ? 8 : -1);

const NUMBERS = new Set(['int4', 'int8', 'oid', 'xid', 'float8', 'numeric']);
export const isNumber = (type: string): boolean => NUMBERS.has(type);
const TIMES = new Set(['timestamp', 'timestamptz', 'date']);
export const isTime = (type: string): boolean => TIMES.has(type);

const SECOND = 1_000_000;
const UNITS: Readonly<Record<string, number>> = {
  us: 1,
  microsecond: 1,
  ms: 1000,
  millisecond: 1000,
  s: SECOND,
  sec: SECOND,
  second: SECOND,
  m: 60 * SECOND,
  min: 60 * SECOND,
  minute: 60 * SECOND,
  h: 3600 * SECOND,
  hour: 3600 * SECOND,
  d: 86_400 * SECOND,
  day: 86_400 * SECOND,
  week: 7 * 86_400 * SECOND,
  mon: 30 * 86_400 * SECOND,
  month: 30 * 86_400 * SECOND,
  year: 365.25 * 86_400 * SECOND,
};

const wrong = (type: string, text: string) =>
  new SqlError('22P02', `invalid input syntax for type ${type}: "${text}"`);

function parseInterval(text: string): number {
  let micros = 0;
  let rest = text.trim();
  const clock = /(-?)(\d+):(\d\d)(?::(\d\d(?:\.\d+)?))?$/.exec(rest);
  if (clock !== null) {
    const [whole, sign, hours, minutes, seconds = '0'] = clock;
    const of = Number(hours) * 3600 + Number(minutes) * 60 + Number(seconds);
    micros += (sign === '-' ? -of : of) * SECOND;
    rest = rest.slice(0, -whole.length).trim();
  }
  const parts = [...rest.matchAll(/(-?\d+(?:\.\d+)?)\s*([a-z]*?)s?(?=[\s\d-]|$)/gi)];
  for (const [, amount, unit = ''] of parts) {
    const size = UNITS[unit === '' ? 's' : unit.toLowerCase()];
    if (size === undefined) throw wrong('interval', text);
    micros += Number(amount) * size;
  }
  if (clock === null && parts.length === 0) throw wrong('interval', text);
  return Math.round(micros);
}

const TIME =
  /^(\d{4})-(\d\d)-(\d\d)(?:[ T](\d\d):(\d\d)(?::(\d\d)(?:\.(\d{1,6})\d*)?)?\s*(Z|[+-]\d\d(?::?\d\d)?)?)?$/i;

function parseTime(text: string, type: string): number {
  if (text.trim().toLowerCase() === 'epoch') return 0;
  const match = TIME.exec(text.trim());
  if (match === null) throw wrong('timestamp with time zone', text);
  const [, year, month, day, hour = 0, minute = 0, second = 0, fraction = '', zone = 'Z'] = match;
  const date = Date.UTC(
    Number(year),
    Number(month) - 1,
    Number(day),
    Number(hour),
    Number(minute),
    Number(second),
  );
  const [, sign, hours = 0, minutes = 0] = /^([+-])(\d\d):?(\d\d)?$/.exec(zone) ?? [];
  const offset = (Number(hours) * 60 + Number(minutes)) * 60_000 * (sign === '-' ? -1 : 1);
  return (date - (type === 'timestamptz' ? offset : 0)) * 1000 + Number(fraction.padEnd(6, '0'));
}

function parseArray(text: string, type: string): readonly Value[] {
  const inner = /^\s*\{([\s\S]*)\}\s*$/.exec(text)?.[1];
  if (inner === undefined) throw new SqlError('22P02', `malformed array literal: "${text}"`);
  const items = [...inner.matchAll(/"((?:[^"\\]|\\[\s\S])*)"|[^,{}\s]+/g)];
  return items.map(([plain, quoted]) =>
    quoted === undefined
      ? plain.toUpperCase() === 'NULL'
        ? null
        : parseValue(plain, type)
      : parseValue(quoted.replace(/\\([\s\S])/g, '$1'), type),
  );
}

function parsePosition(text: string): number {
  const [high, low] = text.split('/').map((part) => Number.parseInt(part, 16));
  if (high === undefined || low === undefined) throw wrong('pg_lsn', text);
  return high * 2 ** 32 + low;
}

/** What a text means in a type. @throws SqlError when it is none */
export function parseValue(text: string, type: string): Value {
  if (type.endsWith('[]')) return parseArray(text, type.slice(0, -2));
  if (isTime(type)) return parseTime(text, type);
  if (isNumber(type)) {
    const number = Number(text);
    if (text.trim() === '' || Number.isNaN(number)) throw wrong(LONG[type] ?? type, text);
    return number;
  }
  if (type === 'bool') {
    if (/^\s*(?:t|true|on|yes|1)\s*$/i.test(text)) return true;
    if (/^\s*(?:f|false|off|no|0)\s*$/i.test(text)) return false;
    throw wrong('boolean', text);
  }
  if (type === 'interval') return parseInterval(text);
  if (type === 'pg_lsn') return parsePosition(text);
  return text;
}

const LONG: Readonly<Record<string, string>> = {
  int4: 'integer',
  int8: 'bigint',
  float8: 'double precision',
};

const two = (value: number) => String(value).padStart(2, '0');

function timeText(micros: number, type: string): string {
  const date = new Date(Math.floor(micros / 1000));
  const day = date.toISOString().slice(0, 10);
  if (type === 'date') return day;
  const rest = ((micros % SECOND) + SECOND) % SECOND;
  const fraction = rest === 0 ? '' : `.${String(rest).padStart(6, '0').replace(/0+$/, '')}`;
  return `${day} ${date.toISOString().slice(11, 19)}${fraction}${type === 'timestamptz' ? '+00' : ''}`;
}

function intervalText(micros: number): string {
  const days = Math.trunc(micros / (86_400 * SECOND));
  const rest = Math.abs(micros - days * 86_400 * SECOND);
  const seconds = Math.floor(rest / SECOND);
  const fraction =
    rest % SECOND === 0
      ? ''
      : `.${String(rest % SECOND)
          .padStart(6, '0')
          .replace(/0+$/, '')}`;
  const clock = `${two(Math.floor(seconds / 3600))}:${two(Math.floor(seconds / 60) % 60)}:${two(seconds % 60)}`;
  const words = days === 0 ? '' : `${days} day${Math.abs(days) === 1 ? '' : 's'}`;
  if (words !== '' && rest === 0) return words;
  const sign = micros < 0 ? '-' : '';
  return `${words}${words === '' ? '' : ' '}${sign}${clock}${fraction}`;
}

/** As the server writes a value of a type; null for none. */
export function textOf(value: Value, type: string): string | null {
  if (value === null) return null;
  if (typeof value === 'boolean') return value ? 't' : 'f';
  if (typeof value === 'object') {
    const items = value.map((one) => textOf(one, type.replace('[]', '')) ?? 'NULL');
    return `{${items.map((text) => (/[\s,{}"\\]|^$/.test(text) ? JSON.stringify(text) : text)).join(',')}}`;
  }
  if (typeof value === 'string') return value;
  if (isTime(type)) return timeText(value, type);
  if (type === 'interval') return intervalText(value);
  if (type === 'pg_lsn') {
    const high = Math.floor(value / 2 ** 32);
    return `${high.toString(16).toUpperCase()}/${(value % 2 ** 32).toString(16).toUpperCase()}`;
  }
  return String(value);
}

/** A value of one type as one of another. */
export function castValue(value: Value, from: string, to: string): Value {
  if (value === null || from === to) return value;
  if (to === 'text' || to === 'name' || to === 'unknown') {
    return typeof value === 'boolean' ? String(value) : textOf(value, from);
  }
  if (typeof value === 'string') return parseValue(value, to);
  if (typeof value === 'number' && (to === 'int4' || to === 'int8' || to === 'oid')) {
    return Math.round(value);
  }
  if (typeof value === 'boolean' && isNumber(to)) return value ? 1 : 0;
  if (typeof value === 'number' && to === 'bool') return value !== 0;
  if (to === 'date' && typeof value === 'number') {
    return Math.floor(value / (86_400 * SECOND)) * 86_400 * SECOND;
  }
  return value;
}

/** -1, 0 or 1; null where one of them is. */
export function compareValues(a: Value, b: Value): number | null {
  if (a === null || b === null) return null;
  if (typeof a === 'object' && typeof b === 'object') {
    for (let place = 0; place < Math.min(a.length, b.length); place += 1) {
      const one = compareValues(a[place] ?? null, b[place] ?? null);
      if (one !== 0) return one;
    }
    return Math.sign(a.length - b.length);
  }
  return a < b ? -1 : a > b ? 1 : 0;
}
