import { runInNewContext } from 'node:vm';
import { type LogLevel, type LogLine, logLevels } from '../../domain/log-line.ts';
import { OperatorError } from '../../domain/operator-error.ts';

/** Of each class so many lines are kept. */
const KEPT_LINES = 3;

/** What was found of one class of lines. */
interface LogClass {
  count: number;
  /** Epoch ms; null where the lines carry no time. */
  latest: number | null;
  /** The first lines, as they were written. */
  lines: string[];
}

interface Classified {
  readonly classes: Record<string, LogClass>;
  /** The class with the most lines; null while none has any. */
  readonly foremost: string | null;
  /** Lines that fit no class. */
  readonly other: number;
  readonly levels: Record<LogLevel | 'none', number>;
}

/** One named pattern; lines are held against them in order. */
export type LogPattern = readonly [name: string, pattern: RegExp];

/** A pattern may try more ways than there is time for; all of them together have this long. */
const MATCH_LIMIT_MS = 500;
const MATCH = 'texts.map((text) => patterns.findIndex((pattern) => pattern.test(text)))';

/**
 * Of each line the number of the first pattern it fits, -1 for none.
 * @throws OperatorError when a pattern goes astray on these lines
 */
function firstFits(lines: readonly LogLine[], patterns: readonly LogPattern[]): readonly number[] {
  if (patterns.length === 0) return lines.map(() => -1);
  const scope = { texts: lines.map(({ raw }) => raw), patterns: patterns.map(([, one]) => one) };
  try {
    return runInNewContext(MATCH, scope, { timeout: MATCH_LIMIT_MS }) as readonly number[];
  } catch (thrown) {
    const names = patterns.map(([name]) => name).join(', ');
    const message = `The patterns of ${names} took longer than ${MATCH_LIMIT_MS} ms on these lines`;
    const mend = 'write them without a repetition within a repetition';
    throw new OperatorError('failed', message, mend, thrown);
  }
}

/** Counts each line once: under the first class it fits, and under its level. */
export function classify(lines: readonly LogLine[], patterns: readonly LogPattern[]): Classified {
  const classes: Record<string, LogClass> = {};
  for (const [name] of patterns) classes[name] = { count: 0, latest: null, lines: [] };
  const levels = Object.fromEntries([...logLevels, 'none'].map((level) => [level, 0])) as Record<
    LogLevel | 'none',
    number
  >;
  let other = 0;
  const fits = firstFits(lines, patterns);
  for (const [at, line] of lines.entries()) {
    levels[line.level ?? 'none'] += 1;
    const name = patterns[fits[at] ?? -1]?.[0];
    const found = name === undefined ? undefined : classes[name];
    if (found === undefined) {
      other += 1;
      continue;
    }
    found.count += 1;
    if (line.at !== null) found.latest = Math.max(found.latest ?? 0, line.at);
    if (found.lines.length < KEPT_LINES) found.lines.push(line.raw);
  }
  return { classes, foremost: foremostOf(classes), other, levels };
}

/** Of equals the one that was named first. */
function foremostOf(classes: Readonly<Record<string, LogClass>>): string | null {
  let best: string | null = null;
  let most = 0;
  for (const [name, { count }] of Object.entries(classes)) {
    if (count > most) {
      best = name;
      most = count;
    }
  }
  return best;
}
