import { type LogLevel, logLevels } from '../domain/log-line.ts';
import type { LogEntry } from '../live/log-order.ts';
import { matcherOf, parseFilter } from './filter.ts';
import { shownText } from './log-text.ts';
import { lowered } from './pattern.ts';

/** What decides which lines are shown and which are found. */
export interface LogLook {
  readonly level: LogLevel | null;
  readonly filter: string;
  readonly search: string;
}

/** The lines that pass, and the places of those that are looked for among them. */
export interface LogFound {
  readonly entries: readonly LogEntry[];
  /** Indices into `entries`, rising. */
  readonly hits: readonly number[];
}

type Verdict = (entry: LogEntry) => boolean;

/** Asks each line once, however often the lines are looked through. */
function remembering(judge: Verdict): Verdict {
  const verdicts = new WeakMap<LogEntry, boolean>();
  return (entry) => {
    const known = verdicts.get(entry);
    if (known !== undefined) return known;
    const verdict = judge(entry);
    verdicts.set(entry, verdict);
    return verdict;
  };
}

function passing({ level, filter }: LogLook): Verdict | null {
  if (level === null && filter === '') return null;
  const least = level === null ? 0 : logLevels.indexOf(level);
  const passes = matcherOf(filter);
  return remembering((entry) => {
    if (entry.level !== null && logLevels.indexOf(entry.level) < least) return false;
    return passes(`${entry.feed} ${entry.level ?? ''} ${shownText(entry.line).text}`);
  });
}

function matching({ search }: LogLook): Verdict | null {
  if (search === '') return null;
  const matches = matcherOf(search);
  return remembering((entry) => matches(shownText(entry.line).text));
}

/** Looks through the lines; what has not changed since the last time is not done again. */
export type LogLens = (entries: readonly LogEntry[], look: LogLook) => LogFound;

export function createLogLens(): LogLens {
  let last: { readonly of: readonly LogEntry[]; readonly look: LogLook } | null = null;
  let found: LogFound = { entries: [], hits: [] };
  let pass: Verdict | null = null;
  let hit: Verdict | null = null;
  return (entries, look) => {
    const narrowed = last?.look.level !== look.level || last?.look.filter !== look.filter;
    const sought = last?.look.search !== look.search;
    if (!narrowed && !sought && last?.of === entries) return found;
    if (narrowed) pass = passing(look);
    if (sought) hit = matching(look);
    last = { of: entries, look };
    const shown = pass === null ? entries : entries.filter(pass);
    const hits: number[] = [];
    if (hit !== null) {
      for (const [index, entry] of shown.entries()) if (hit(entry)) hits.push(index);
    }
    found = { entries: shown, hits };
    return found;
  };
}

/** Marks beyond these are not drawn. */
const RANGES_MAX = 20;

/** Where in a text the searched words stand, as `[from, to)`. */
export function hitRanges(text: string, search: string): readonly (readonly [number, number])[] {
  const { inverse, pattern, text: plain } = parseFilter(search);
  if (inverse || plain === '') return [];
  const escaped = plain.replace(/[.*+?^${}()|[\]\\]/g, '\\$&');
  const every = pattern ?? new RegExp(escaped, 'g');
  const ranges: (readonly [number, number])[] = [];
  for (const match of lowered(text).matchAll(every)) {
    if (match[0] !== '') ranges.push([match.index, match.index + match[0].length]);
    if (ranges.length === RANGES_MAX) break;
  }
  return ranges;
}
