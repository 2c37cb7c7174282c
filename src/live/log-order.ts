import type { LogLevel, LogLine } from '../domain/log-line.ts';

/** A line in its place among those of all feeds: they are ordered by `at`, then by `id`. */
export interface LogEntry {
  /** Counts the lines as they arrive; its identity on the screen. */
  readonly id: number;
  /** What it is ordered by, epoch ms: its own time where it has one that can be true. */
  readonly at: number;
  /** Its own level, or that of the line it continues. */
  readonly level: LogLevel | null;
  /** The name of the feed it came from. */
  readonly feed: string;
  readonly line: LogLine;
}

/** A line from a clock that lags is placed no farther back than this, where it is still seen. */
const REORDER_MS = 5000;
/** A line from a clock that leads is placed no farther ahead of now than this. */
const AHEAD_MS = 5000;
/** What a feed brings within this time of its first line is its past, and is placed by its own times. */
const BACKLOG_MS = 3000;
/** A line without a time belongs to the one before it, if that came within this time. */
const TOGETHER_MS = 1000;

/** What continues the line before it: indented, or a part of a stack trace. */
const CONTINUES =
  /^(?:\s|Traceback \(|Caused by: |at |\.\.\. \d|File "|[\w.]{1,100}(?:Error|Exception|Warning)\b)/;

/** Places the lines of one feed. Its lines never change places among each other. */
export interface Placing {
  place(line: LogLine, now: number, newest: number): Pick<LogEntry, 'at' | 'level'>;
  /** The feed was opened, once more perhaps: it brings its past first. */
  opened(): void;
}

export function createPlacing(): Placing {
  let backlogUntil: number | null = null;
  let last = Number.NEGATIVE_INFINITY;
  let arrived = Number.NEGATIVE_INFINITY;
  let level: LogLevel | null = null;

  const timeOf = ({ at }: LogLine, now: number) => {
    if (at !== null) return at;
    return now - arrived <= TOGETHER_MS && last > Number.NEGATIVE_INFINITY ? last : now;
  };

  return {
    place(line, now, newest) {
      const together = now - arrived <= TOGETHER_MS;
      let at = Math.max(last, Math.min(timeOf(line, now), now + AHEAD_MS));
      backlogUntil ??= now + BACKLOG_MS;
      if (now > backlogUntil) at = Math.max(at, Math.max(newest, now) - REORDER_MS);
      const continues = together && line.fields === null && CONTINUES.test(line.message);
      level = line.level ?? (continues ? level : null);
      last = at;
      arrived = now;
      return { at, level };
    },
    opened() {
      backlogUntil = null;
    },
  };
}

const order = (a: Pick<LogEntry, 'at' | 'id'>, b: Pick<LogEntry, 'at' | 'id'>) =>
  a.at - b.at || a.id - b.id;

/** The index of the first entry that does not stand before `mark`. */
export function placeOf(entries: readonly LogEntry[], mark: Pick<LogEntry, 'at' | 'id'>): number {
  let low = 0;
  let high = entries.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    const entry = entries[middle];
    if (entry !== undefined && order(entry, mark) < 0) low = middle + 1;
    else high = middle;
  }
  return low;
}

/** Sorts `added` and merges it into `entries`, which is in order; changes `entries` only. */
export function mergeInto(entries: LogEntry[], added: readonly LogEntry[]): void {
  const sorted = [...added].sort(order);
  const [first] = sorted;
  if (first === undefined) return;
  const behind = entries.splice(placeOf(entries, first));
  let next = 0;
  for (const entry of sorted) {
    for (let other = behind[next]; other !== undefined && order(other, entry) < 0; ) {
      entries.push(other);
      next += 1;
      other = behind[next];
    }
    entries.push(entry);
  }
  for (; next < behind.length; next += 1) {
    const other = behind[next];
    if (other !== undefined) entries.push(other);
  }
}
