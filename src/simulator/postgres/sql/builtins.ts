import { alike, cast } from './operators.ts';
import type { Compiled, Env } from './scope.ts';
import { SqlError } from './sql-error.ts';
import { compareValues, isTime, parseValue, textOf, type Value } from './values.ts';

/** A function that needs nothing but its arguments. */
type Build = (args: readonly Compiled[]) => Compiled;

const SECOND = 1_000_000;
const TIME_PARTS: Readonly<Record<string, (date: Date) => number>> = {
  year: (date) => date.getUTCFullYear(),
  month: (date) => date.getUTCMonth() + 1,
  day: (date) => date.getUTCDate(),
  hour: (date) => date.getUTCHours(),
  minute: (date) => date.getUTCMinutes(),
  second: (date) => date.getUTCSeconds() + date.getUTCMilliseconds() / 1000,
  dow: (date) => date.getUTCDay(),
};
const TRUNCATED = ['year', 'month', 'day', 'hour', 'minute', 'second'];

/** Runs on values that are all there; null when one is not. */
function strict(type: string, of: (...values: Value[]) => Value): Build {
  return (args) => ({
    type,
    run(env) {
      const values = args.map(({ run }) => run(env));
      return values.includes(null) ? null : of(...values);
    },
  });
}

const rounding =
  (of: (value: number) => number): Build =>
  (args) => {
    const [first] = args;
    const type = first?.type === 'float8' ? 'float8' : 'numeric';
    return strict(type, (value) => of(Number(value)))(args);
  };

const choice =
  (pick: (values: readonly Value[]) => Value): Build =>
  (args) => {
    const typed = args.find(({ type }) => type !== 'unknown')?.type ?? 'text';
    const same = args.map((one) => (one.type === 'unknown' ? cast(one, typed) : one));
    return { type: typed, run: (env: Env) => pick(same.map(({ run }) => run(env))) };
  };

const most = (sign: number) =>
  choice((values) =>
    values.reduce<Value>(
      (best, value) =>
        best === null || (value !== null && (compareValues(value, best) ?? 0) * sign > 0)
          ? value
          : best,
      null,
    ),
  );

function datePart(field: string, micros: number, type: string): number {
  if (field === 'epoch') return Number((micros / SECOND).toPrecision(16));
  const part = TIME_PARTS[field];
  if (part === undefined || !isTime(type)) {
    throw new SqlError('22023', `unit "${field}" not recognized for type ${type}`);
  }
  return part(new Date(micros / 1000));
}

const extracted =
  (type: string): Build =>
  (args) => {
    const [field, of] = args;
    return strict(type, (name, micros) =>
      datePart(String(name).toLowerCase(), Number(micros), of?.type ?? ''),
    )(args.slice(0, field === undefined ? 0 : 2));
  };

function truncated(unit: string, micros: number): number {
  const text = new Date(Math.floor(micros / 1000)).toISOString();
  const place = TRUNCATED.indexOf(unit);
  if (place < 0) throw new SqlError('22023', `unit "${unit}" not recognized`);
  const ends = [4, 7, 10, 13, 16, 19][place] ?? 19;
  return Date.parse(`${text.slice(0, ends)}${'0000-01-01T00:00:00Z'.slice(ends)}`) * 1000;
}

const bytesOf = (value: Value) => Buffer.from(String(value));

const sizePretty = (bytes: number): string => {
  for (const [unit, size] of [
    ['TB', 2 ** 40],
    ['GB', 2 ** 30],
    ['MB', 2 ** 20],
    ['kB', 1024],
  ] as const) {
    if (Math.abs(bytes) >= 10 * size) return `${Math.round(bytes / size)} ${unit}`;
  }
  return `${Math.round(bytes)} bytes`;
};

export const BUILTINS: Readonly<Record<string, Build>> = {
  abs: rounding(Math.abs),
  ceil: rounding(Math.ceil),
  floor: rounding(Math.floor),
  round: (args) => {
    const [value, digits] = args;
    if (digits === undefined) return rounding(Math.round)(args);
    return strict('numeric', (number, places) => Number(Number(number).toFixed(Number(places))))(
      value === undefined ? [] : [value, digits],
    );
  },
  coalesce: choice((values) => values.find((value) => value !== null) ?? null),
  greatest: most(1),
  least: most(-1),
  nullif: (args) => {
    const [one, other] = args;
    if (one === undefined || other === undefined) throw new SqlError('42601', 'syntax error');
    const [left, right] = alike(one, other);
    const run = (env: Env) => {
      const value = left.run(env);
      return compareValues(value, right.run(env)) === 0 ? null : value;
    };
    return { type: left.type, run };
  },
  lower: strict('text', (text) => String(text).toLowerCase()),
  upper: strict('text', (text) => String(text).toUpperCase()),
  btrim: strict('text', (text) => String(text).trim()),
  length: strict('int4', (text) => [...String(text)].length),
  octet_length: strict('int4', (text) => bytesOf(text).length),
  left: strict('text', (text, count) => [...String(text)].slice(0, Number(count)).join('')),
  right: strict('text', (text, count) => [...String(text)].slice(-Number(count)).join('')),
  repeat: strict('text', (text, count) => String(text).repeat(Math.max(0, Number(count)))),
  replace: strict('text', (text, from, to) => String(text).replaceAll(String(from), String(to))),
  split_part: strict(
    'text',
    (text, by, place) => String(text).split(String(by))[Number(place) - 1] ?? '',
  ),
  substr: substring,
  substring,
  textsend: strict('bytea', (text) => `\\x${bytesOf(text).toString('hex')}`),
  concat: (args) => ({
    type: 'text',
    run: (env) => args.map(({ run, type }) => textOf(run(env), type) ?? '').join(''),
  }),
  quote_ident: strict('text', (text) =>
    /^[a-z_][a-z0-9_$]*$/.test(String(text))
      ? (text ?? '')
      : `"${String(text).replaceAll('"', '""')}"`,
  ),
  host: strict('text', (text) => String(text).split('/')[0] ?? ''),
  array_to_string: strict('text', (list, by) =>
    typeof list === 'object' && list !== null
      ? list.filter((one) => one !== null).join(String(by))
      : null,
  ),
  array_length: strict('int4', (list) =>
    typeof list === 'object' && list !== null && list.length > 0 ? list.length : null,
  ),
  cardinality: strict('int4', (list) =>
    typeof list === 'object' && list !== null ? list.length : 0,
  ),
  date_part: extracted('float8'),
  date_part_numeric: extracted('numeric'),
  date_trunc: (args) => {
    const type = args[1]?.type ?? 'timestamptz';
    return strict(type, (unit, micros) => truncated(String(unit).toLowerCase(), Number(micros)))(
      args,
    );
  },
  to_timestamp: strict('timestamptz', (seconds) => Math.round(Number(seconds) * SECOND)),
  timezone: (args) => {
    const type = args[1]?.type === 'timestamptz' ? 'timestamp' : 'timestamptz';
    return strict(type, (zone, micros) => {
      if (!/^(?:utc|gmt|etc\/utc)$/i.test(String(zone))) {
        throw new SqlError('22023', `time zone "${String(zone)}" not recognized`);
      }
      return micros ?? null;
    })(args);
  },
  make_interval: strict('interval', (seconds) => Math.round(Number(seconds) * SECOND)),
  pg_wal_lsn_diff: strict('numeric', (one, other) => position(one) - position(other)),
  pg_size_pretty: strict('text', (bytes) => sizePretty(Number(bytes))),
};

const position = (value: Value | undefined): number =>
  Number(typeof value === 'string' ? parseValue(value, 'pg_lsn') : value);

function substring(args: readonly Compiled[]): Compiled {
  const ofBytes = args[0]?.type === 'bytea';
  return strict(ofBytes ? 'bytea' : 'text', (text, from, count) => {
    const start = Number(from) - 1;
    const end = count === undefined ? undefined : start + Number(count);
    if (!ofBytes) return [...String(text)].slice(start, end).join('');
    const hex = String(text).slice(2);
    return `\\x${hex.slice(start * 2, end === undefined ? undefined : end * 2)}`;
  })(args);
}
