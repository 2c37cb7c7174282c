import type { LogLayout } from '../../src/console/log-layout.ts';
import { hitRanges } from '../../src/console/log-lens.ts';
import { WRAP_ROWS_MAX } from '../../src/console/log-session.ts';
import { shownText } from '../../src/console/log-text.ts';
import { type Part, visiblePart, wrapParts } from '../../src/console/log-wrap.ts';
import type { LogLevel } from '../../src/domain/log-line.ts';
import type { LogEntry } from '../../src/live/log-order.ts';
import { type Line, pad, type TextSpan, type Tone, text, textWidth } from './line.ts';

const levelTone: Readonly<Record<LogLevel, Tone>> = {
  trace: 'quiet',
  debug: 'quiet',
  info: 'plain',
  warn: 'warn',
  error: 'bad',
  fatal: 'bad',
};

/** Names are told apart by their words first; the tones only help the eye. */
const sourceTones: readonly Tone[] = ['accent', 'ok', 'strong', 'plain'];

/** How the lines of a log are drawn. */
export interface LogDrawing {
  readonly layout: LogLayout;
  /** The names of the sources, in their order. */
  readonly sources: readonly string[];
  readonly wrap: boolean;
  readonly left: number;
  readonly search: string;
}

/** `HH:MM:SS.mmm` as far as it fits; empty where no time is known. */
function timeText(at: number | null, width: number): string {
  return at === null ? '' : new Date(at).toISOString().slice(11, 11 + width);
}

function prefix(
  { line, feed }: LogEntry,
  chosen: boolean,
  drawing: LogDrawing,
): readonly TextSpan[] {
  const { layout, sources } = drawing;
  const spans: TextSpan[] = [text(chosen ? '▸ ' : '  ', 'accent')];
  if (layout.time > 0) {
    spans.push(text(`${pad(timeText(line.at, layout.time), layout.time)} `, 'quiet'));
  }
  if (layout.source > 0) {
    const tone = sourceTones[sources.indexOf(feed) % sourceTones.length] ?? 'plain';
    spans.push(text(`${pad(feed, layout.source)} `, tone));
  }
  const { level } = line;
  const word = pad(level?.toUpperCase() ?? '', layout.level);
  return [...spans, text(`${word} `, level === null ? 'plain' : levelTone[level])];
}

/** A part of a text in its tones: the message, the other fields, and what is looked for. */
function toned(
  whole: string,
  [from, to]: Part,
  quietFrom: number,
  hits: readonly (readonly [number, number])[],
): readonly TextSpan[] {
  const edges = new Set([from, to, Math.min(to, Math.max(from, quietFrom))]);
  for (const [start, end] of hits) {
    if (end <= from || start >= to) continue;
    edges.add(Math.max(from, start)).add(Math.min(to, end));
  }
  const sorted = [...edges].sort((a, b) => a - b);
  return sorted.slice(0, -1).map((start, index) => {
    const hit = hits.some(([first, end]) => first <= start && start < end);
    const tone = hit ? 'accent' : start >= quietFrom ? 'quiet' : 'plain';
    return text(whole.slice(start, sorted[index + 1]), tone);
  });
}

/** Neighbours in one tone become one, and blanks take that of their neighbour: less to draw. */
function joined(spans: readonly TextSpan[]): Line {
  const line: TextSpan[] = [];
  for (const span of spans) {
    const last = line.at(-1);
    const blank = last?.text.trim() === '' || span.text.trim() === '';
    if (last === undefined || (last.tone !== span.tone && !blank)) line.push(span);
    else {
      const tone = span.text.trim() === '' ? last.tone : span.tone;
      line[line.length - 1] = { text: last.text + span.text, tone };
    }
  }
  return line;
}

function drawn(entry: LogEntry, chosen: boolean, drawing: LogDrawing): readonly Line[] {
  const { layout, wrap, left, search } = drawing;
  const { text: whole, quietFrom } = shownText(entry.line);
  const hits = search === '' ? [] : hitRanges(whole, search);
  const parts = wrap
    ? wrapParts(whole, layout.message, WRAP_ROWS_MAX)
    : [visiblePart(whole, left, layout.message)];
  const head = prefix(entry, chosen, drawing);
  const room = head.reduce((sum, span) => sum + textWidth(span.text), 0);
  return parts.map((part, index) =>
    joined([
      ...(index === 0 ? head : [{ text: ' '.repeat(room), tone: 'plain' as const }]),
      ...toned(whole, part, quietFrom, hits),
    ]),
  );
}

const made = new WeakMap<LogEntry, { readonly key: string; readonly lines: readonly Line[] }>();

/** The rows of one line of a log. They keep their identity while they look the same. */
export function entryLines(entry: LogEntry, chosen: boolean, drawing: LogDrawing): readonly Line[] {
  const { layout, wrap, left, search, sources } = drawing;
  const place = sources.indexOf(entry.feed);
  const columns = [layout.time, layout.source, layout.message];
  const key = [...columns, place, chosen, wrap, left, search].join(' ');
  const known = made.get(entry);
  if (known?.key === key) return known.lines;
  const lines = drawn(entry, chosen, drawing);
  made.set(entry, { key, lines });
  return lines;
}
