import { builtinSignalIds } from '../domain/signal.ts';
import type { Computation, Selector, SignalDefinition, Thresholds } from '../signals/definition.ts';
import { type Entry, readEntry } from './kinds.ts';
import type { Durations } from './pack-durations.ts';
import { readDuration } from './reader.ts';
import type { Report } from './report.ts';
import { type SignalFile, signalSchemas } from './schema-pack.ts';
import { parseSelector } from './selector.ts';
import type { Path } from './yaml-file.ts';

type SignalEntry = Entry<typeof signalSchemas>;

/** Ids that a pack may not give. What it says of breakers stands beside what is found by itself. */
const taken: ReadonlySet<string> = new Set(builtinSignalIds.filter((id) => id !== 'breaker'));

/** Reads the `signals` of a pack; entries that do not fit are reported and left out. */
export function readSignals(
  report: Report,
  durations: Durations,
  raw: readonly unknown[],
): SignalDefinition[] {
  const known = new Set<string>();
  return raw.flatMap((item, index) => {
    const path = ['signals', index];
    const entry = readEntry(signalSchemas, 'a signal', item, report, path);
    if (entry === null) return [];
    const { id, title, unit, above, below } = entry.value;
    if (known.has(id)) {
      report.error([...path, 'id'], `the signal \`${id}\` is there twice`, 'give one another id');
    }
    known.add(id);
    if (taken.has(id)) {
      const mend = 'every region has one of that name: give yours another id';
      report.error([...path, 'id'], `\`${id}\` is a built-in signal`, mend);
    }
    if (above !== undefined && below !== undefined) {
      const mend = 'a signal is watched in one direction: keep one of them';
      report.error([...path, 'below'], '`above` and `below` together', mend, 'key');
    }
    return [
      {
        id,
        title,
        unit,
        computation: computationOf(report, durations, entry, path),
        ...scaleOf(entry),
        thresholds: thresholdsOf(above, below),
        states: statesOf(report, entry, path),
      },
    ];
  });
}

function thresholdsOf(
  above: SignalFile['gauge']['above'],
  below: SignalFile['gauge']['below'],
): Thresholds | null {
  const levels = above ?? below;
  if (levels === undefined) return null;
  return {
    direction: above === undefined ? 'below' : 'above',
    warning: levels.warning ?? null,
    critical: levels.critical ?? null,
    ...(levels.margin === undefined ? {} : { margin: levels.margin }),
  };
}

/** The scale of an age belongs to the time it is counted from, not to the age. */
function scaleOf({ kind, value }: SignalEntry): Pick<SignalDefinition, 'scale'> {
  if (kind === 'age' || !('scale' in value) || value.scale === undefined) return {};
  return { scale: value.scale };
}

function computationOf(
  report: Report,
  durations: Durations,
  entry: SignalEntry,
  path: Path,
): Computation {
  const one = (text: string, at: Path) => readSelector(report, text, [...path, ...at]);
  const many = (texts: string | string[], at: Path) =>
    typeof texts === 'string'
      ? [one(texts, at)]
      : texts.map((text, index) => one(text, [...at, index]));
  const windowOf = (text: string) => readDuration(report, durations, text, [...path, 'window']);
  const { kind, value } = entry;
  switch (kind) {
    case 'quantile':
      return {
        kind,
        quantile: value.quantile,
        of: one(value.of, ['of']),
        windowMs: windowOf(value.window),
      };
    case 'rate':
      return { kind, of: many(value.rate, [kind]), windowMs: windowOf(value.window) };
    case 'increase':
      return { kind, of: many(value.increase, [kind]), windowMs: windowOf(value.window) };
    case 'ratio':
      return {
        kind,
        of: many(value.ratio.of, [kind, 'of']),
        to: many(value.ratio.to, [kind, 'to']),
        windowMs: windowOf(value.window),
      };
    case 'gauge':
      return { kind, of: one(value.gauge, [kind]), aggregate: value.aggregate };
    case 'age': {
      const { since, aggregate, scale } = value;
      const timestamp = scale === undefined ? {} : { timestampScale: scale };
      return { kind, of: one(value.age, [kind]), since, aggregate, ...timestamp };
    }
    case 'count':
      return { kind, of: many(value.count, [kind]), per: value.per, ...given(value.where) };
    case 'state':
      return stateOf(report, value, path, { one, many });
  }
}

/** The fields that are there: one that is absent is not one that is undefined. */
function given<T extends object>(fields: T): { [K in keyof T]?: Exclude<T[K], undefined> } {
  const there = Object.entries(fields).filter(([, value]) => value !== undefined);
  return Object.fromEntries(there) as { [K in keyof T]?: Exclude<T[K], undefined> };
}

interface Selectors {
  one(text: string, at: Path): Selector;
  many(texts: string | string[], at: Path): Selector[];
}

function stateOf(
  report: Report,
  file: SignalFile['state'],
  path: Path,
  { one, many }: Selectors,
): Computation {
  const { by, values, worst, in: mark, event, failures, since, 'next-attempt': next } = file;
  if (mark !== undefined && event !== undefined) {
    const mend = 'a state is named by a label, or told by events: keep one of them';
    report.error([...path, 'event'], '`in` and `event` together', mend, 'key');
  }
  const label = mark ?? event;
  const as = mark === undefined ? 'event' : 'mark';
  return {
    kind: 'state',
    of: one(file.state, ['state']),
    by,
    values,
    worst,
    ...(label === undefined ? {} : { place: { label, as } as const }),
    ...(failures === undefined ? {} : { failures: many(failures, ['failures']) }),
    ...(since === undefined ? {} : { since: one(since, ['since']) }),
    ...(next === undefined ? {} : { nextAttempt: one(next, ['next-attempt']) }),
  };
}

function readSelector(report: Report, text: string, path: Path): Selector {
  const parsed = parseSelector(text);
  if ('ok' in parsed) return parsed.ok;
  const { message, column } = parsed.error;
  report.error(path, message, 'such as http_requests_total{status="error"}', column);
  return { name: text, labels: {} };
}

/** Every word of a state has a place between worst and best. */
function statesOf(report: Report, entry: SignalEntry, path: Path): SignalDefinition['states'] {
  if (entry.kind !== 'state') return null;
  const { values, worst, warning, critical } = entry.value;
  for (const [number, word] of Object.entries(values)) {
    if (worst.includes(word)) continue;
    const message = `the word \`${word}\` has no place in \`worst\``;
    report.error([...path, 'values', number], message, 'list every word, from worst to best');
  }
  for (const [field, words] of Object.entries({ worst, warning, critical })) {
    for (const [index, word] of words.entries()) {
      if (Object.values(values).includes(word)) continue;
      const mend = `its words are ${Object.values(values).join(', ')}`;
      report.error([...path, field, index], `no value stands for \`${word}\``, mend);
    }
  }
  return { warning, critical };
}
