import stringWidth from 'string-width';
import { sanitizeLine } from '../../src/domain/sanitize.ts';

/** What a piece of text means; the theme decides how it looks. Never the only sign of anything. */
export type Tone = 'plain' | 'strong' | 'quiet' | 'ok' | 'warn' | 'bad' | 'accent';

export interface TextSpan {
  readonly text: string;
  readonly tone: Tone;
}

/** A time that goes on by itself: drawn by a leaf that ticks, in a fixed width. */
export interface TimeSpan {
  /** Epoch ms it is counted from or to. */
  readonly at: number;
  /** `age` 2m10s since · `lasting` 2m since · `left` in 4s, or now · `elapsed` 07:12 since. */
  readonly style: 'age' | 'lasting' | 'left' | 'elapsed';
  readonly width: number;
  readonly align: 'left' | 'right';
  readonly tone: Tone;
  /** Words that stand close to the time, counted into the width. */
  readonly before?: string;
  readonly after?: string;
}

/** The recent past of a series, drawn by a leaf that follows the history. */
export interface SparkSpan {
  readonly series: string;
  readonly width: number;
  readonly tone: Tone;
}

/** One line of a chart of several, drawn by a leaf that follows the history. */
export interface ChartSpan {
  readonly series: string;
  readonly width: number;
  /** Lines of the whole chart, and which of them this is, from the top. */
  readonly height: number;
  readonly row: number;
  readonly tone: Tone;
}

/** How much of a span of time has gone, drawn by a leaf that ticks. */
export interface BarSpan {
  /** When it began, epoch ms. */
  readonly from: number;
  readonly totalMs: number;
  readonly width: number;
  readonly tone: Tone;
}

export type Span = TextSpan | TimeSpan | SparkSpan | ChartSpan | BarSpan;

/** One line of the screen, left to right. */
export type Line = readonly Span[];

export const blank: Line = [];

/** A piece of text. It is made safe to draw here, whatever it carries. */
export function text(value: string, tone: Tone = 'plain'): TextSpan {
  return { text: sanitizeLine(value), tone };
}

export function age(at: number, tone: Tone = 'plain', align: TimeSpan['align'] = 'left'): TimeSpan {
  return { at, style: 'age', width: 6, align, tone };
}

/** How long something has lasted that is well and may go on: in one unit, so that it stands still. */
export function lasting(
  at: number,
  tone: Tone = 'plain',
  align: TimeSpan['align'] = 'left',
): TimeSpan {
  return { at, style: 'lasting', width: 4, align, tone };
}

/** A time within words: `last answer 2m10s ago`, with no gap where the time is short. */
export function phrase(
  style: TimeSpan['style'],
  at: number,
  words: { readonly before?: string; readonly after?: string } = {},
  tone: Tone = 'plain',
): TimeSpan {
  const width =
    (style === 'left' ? 9 : 6) + (words.before?.length ?? 0) + (words.after?.length ?? 0);
  return { at, style, width, align: 'left', tone, ...words };
}

export function elapsed(at: number, tone: Tone = 'plain', width = 6): TimeSpan {
  return { at, style: 'elapsed', width, align: 'left', tone };
}

export function spark(series: string, width: number, tone: Tone = 'quiet'): SparkSpan {
  return { series, width, tone };
}

/** The lines of a chart of one series. */
export function chart(
  series: string,
  width: number,
  height: number,
  tone: Tone = 'accent',
): readonly ChartSpan[] {
  return Array.from({ length: height }, (_, row) => ({ series, width, height, row, tone }));
}

export function bar(from: number, totalMs: number, width: number, tone: Tone = 'accent'): BarSpan {
  return { from, totalMs, width, tone };
}

const isPlainAscii = (value: string) => /^[\x20-\x7e]*$/.test(value);

/** Columns a text takes on the terminal. */
export function textWidth(value: string): number {
  return isPlainAscii(value) ? value.length : stringWidth(value);
}

function spanWidth(span: Span): number {
  return 'text' in span ? textWidth(span.text) : span.width;
}

export function lineWidth(line: Line): number {
  return line.reduce((sum, span) => sum + spanWidth(span), 0);
}

const segmenter = new Intl.Segmenter();

/** As much of the text as fits in `width` columns, without a mark. */
function head(value: string, width: number): string {
  if (isPlainAscii(value)) return value.slice(0, Math.max(0, width));
  let taken = '';
  let used = 0;
  for (const { segment } of segmenter.segment(value)) {
    const next = stringWidth(segment);
    if (used + next > width) break;
    taken += segment;
    used += next;
  }
  return taken;
}

/** The text cut to `width` columns, with `…` where something is missing. */
export function cut(value: string, width: number): string {
  if (textWidth(value) <= width) return value;
  return width < 1 ? '' : `${head(value, width - 1).trimEnd()}…`;
}

/** The text in exactly `width` columns. */
export function pad(value: string, width: number, align: 'left' | 'right' = 'left'): string {
  const shown = cut(value, width);
  const space = ' '.repeat(Math.max(0, width - textWidth(shown)));
  return align === 'left' ? shown + space : space + shown;
}

/** As much of the line as fits in `width` columns, cut with `…`, and what fills it up to them. */
function fitted(line: Line, width: number): { readonly shown: Line; readonly space: Line } {
  const shown: Span[] = [];
  let room = width;
  for (const span of line) {
    const need = spanWidth(span);
    if (need <= room) {
      shown.push(span);
      room -= need;
      continue;
    }
    if (room > 0) {
      const rest = 'text' in span ? cut(span.text, room) : '…';
      shown.push({ text: rest, tone: span.tone });
      room -= textWidth(rest);
    }
    break;
  }
  return { shown, space: room > 0 ? [{ text: ' '.repeat(room), tone: 'plain' }] : [] };
}

/** The line in exactly `width` columns: cut with `…`, or filled up with spaces. */
export function sized(line: Line, width: number): Line {
  const { shown, space } = fitted(line, width);
  return [...shown, ...space];
}

/** Two ends of one line: the right one keeps its place, the left one is cut. */
export function spread(start: Line, end: Line, width: number): Line {
  const right = lineWidth(end);
  if (right === 0) return sized(start, width);
  if (right + 2 > width) return cell(end, width, 'right');
  return [...sized(start, width - right - 1), { text: ' ', tone: 'plain' }, ...end];
}

/** One cell of a table row: the line in exactly `width` columns, at its end if it is aligned so. */
export function cell(line: Line, width: number, align: 'left' | 'right' = 'left'): Line {
  if (align === 'left') return sized(line, width);
  // What was cut at a space is narrower than asked: a terminal is not sent the blanks at a line's end.
  const { shown, space } = fitted(line, width);
  return [...space, ...shown];
}

/** All text of the line in one tone, e.g. dimmed because it is old. */
export function toned(line: Line, tone: Tone): Line {
  return line.map((span) => ({ ...span, tone }));
}

/** Breaks prose at spaces into lines of at most `width` columns; longer words are broken. */
export function wrap(value: string, width: number, linesMax = 50): readonly string[] {
  const room = Math.max(1, width);
  const whole = sanitizeLine(value);
  if (whole.trim() === '') return [];
  if (textWidth(whole) <= room) return [whole];
  const lines: string[] = [];
  let line = '';
  for (let word of whole.split(/\s+/)) {
    if (word === '') continue;
    if (line !== '' && textWidth(line) + 1 + textWidth(word) > room) {
      lines.push(line);
      line = '';
    }
    while (textWidth(word) > room) {
      const part = head(word, room) || word;
      lines.push(part);
      word = word.slice(part.length);
    }
    if (word !== '') line = line === '' ? word : `${line} ${word}`;
  }
  if (line !== '') lines.push(line);
  if (lines.length <= linesMax) return lines;
  const kept = lines.slice(0, linesMax);
  kept[linesMax - 1] = cut(`${kept[linesMax - 1]} …`, room);
  return kept;
}
