import { didYouMean } from '../domain/nearest.ts';
import { builtinSignalIds } from '../domain/signal.ts';
import { builtinWords } from '../signals/builtin-words.ts';
import type { AlertDefinition, SignalDefinition } from '../signals/definition.ts';
import { checkTemplate } from '../templates/template-names.ts';
import type { Durations } from './pack-durations.ts';
import { readDuration } from './reader.ts';
import type { Report } from './report.ts';
import { type AlertFile, alertSchema } from './schema-pack.ts';
import { validate } from './validate.ts';
import type { Path } from './yaml-file.ts';

/** Reads the `alerts` of a pack; entries that do not fit are reported and left out. */
export function readAlerts(
  report: Report,
  durations: Durations,
  signals: readonly SignalDefinition[],
  raw: readonly unknown[],
): AlertDefinition[] {
  return raw.flatMap((item, index) => {
    const path = ['alerts', index];
    const entry = validate(alertSchema, item, report, path);
    if (entry === null) return [];
    const signal = signalOf(signals, entry.signal);
    if (signal === undefined) {
      const known = [...signals.map(({ id }) => id), ...builtinSignalIds];
      const mend = didYouMean(entry.signal, known, `there are ${known.join(', ')}`);
      report.error([...path, 'signal'], `unknown signal \`${entry.signal}\``, mend);
      return [];
    }
    const condition = conditionOf(report, entry, signal, path);
    if (condition === null) return [];
    checkSummary(report, entry.summary, path);
    const forMs = readDuration(report, durations, entry.for, [...path, 'for']);
    const { name, labels, severity, summary } = entry;
    return [{ name, signal: signal.id, labels, condition, forMs, severity, summary }];
  });
}

/** What an alert's condition is held against. */
interface Judged {
  readonly id: string;
  /** The words it can have; null for a number. */
  readonly words: readonly string[] | null;
}

function signalOf(signals: readonly SignalDefinition[], id: string): Judged | undefined {
  const own = signals.find((signal) => signal.id === id);
  return own === undefined ? builtin(id) : judged(own);
}

function judged({ id, computation }: SignalDefinition): Judged {
  const words = computation.kind === 'state' ? Object.values(computation.values) : null;
  return { id, words };
}

/** A signal that every region has. An alert of a built-in alert's name on it takes that one's place. */
function builtin(id: string): Judged | undefined {
  const known = builtinSignalIds.find((candidate) => candidate === id);
  return known === undefined ? undefined : { id, words: builtinWords[known] ?? null };
}

function conditionOf(
  report: Report,
  { above, below, is, clear }: AlertFile,
  signal: Judged,
  path: Path,
): AlertDefinition['condition'] | null {
  const given = [above, below, is].filter((value) => value !== undefined);
  if (given.length !== 1) {
    const message = 'an alert needs exactly one of `above`, `below` and `is`';
    report.error(path, message, 'numbers have `above` or `below`, states have `is`');
    return null;
  }
  if (is !== undefined) {
    const words = typeof is === 'string' ? [is] : is;
    const known = signal.words ?? [];
    const unknown = words.find((word) => !known.includes(word));
    if (unknown === undefined) return { kind: 'is', words };
    const otherwise = known.length > 0 ? `its words are ${known.join(', ')}` : 'use `above`';
    const message = `\`${signal.id}\` is never \`${unknown}\``;
    report.error([...path, 'is'], message, didYouMean(unknown, known, otherwise));
    return null;
  }
  if (signal.words !== null) {
    report.error(path, `\`${signal.id}\` is a state, not a number`, 'use `is` with its words');
    return null;
  }
  const threshold = above ?? below ?? 0;
  const kind = above === undefined ? 'below' : 'above';
  checkClear(report, kind, threshold, clear, path);
  return { kind, threshold, clear: clear ?? threshold };
}

function checkClear(
  report: Report,
  kind: 'above' | 'below',
  threshold: number,
  clear: number | undefined,
  path: Path,
): void {
  if (clear === undefined) return;
  const contradicts = kind === 'above' ? clear > threshold : clear < threshold;
  if (!contradicts) return;
  const message = `it would clear at ${clear} while it still holds`;
  const side = kind === 'above' ? 'at or below' : 'at or above';
  report.error([...path, 'clear'], message, `set \`clear\` ${side} ${threshold}`);
}

/** What an alert's summary is filled from. */
const SUMMARY_NAMES = ['value', 'labels', 'detail', 'threshold'];

function checkSummary(report: Report, summary: string, path: Path): void {
  const checked = checkTemplate(summary);
  const at = [...path, 'summary'];
  if ('error' in checked) {
    const { message, offset } = checked.error;
    report.error(at, `placeholder cannot be read: ${message}`, 'write {{value}}', offset);
    return;
  }
  for (const { path: name, offset } of checked.ok) {
    if (SUMMARY_NAMES.includes(name[0] ?? '')) continue;
    const mend = 'summaries know {{value}}, {{labels.name}}, {{detail}} and {{threshold}}';
    report.warning(at, `nothing fills \`{{${name.join('.')}}}\``, mend, offset);
  }
}
