import { Chalk, type ChalkInstance } from 'chalk';
import type { Appearance } from '../../src/console/appearance.ts';
import type { History } from '../../src/live/history.ts';
import { type Line, pad, type Span, sized, type Tone } from '../present/line.ts';
import { toAscii } from '../present/sign.ts';
import { chartRow, sparkline } from '../present/spark.ts';
import { timeWords } from '../present/time.ts';
import { type Palette, paletteOf, type Style } from './theme.ts';

/** The moment a line is painted for: what its moving spans show. */
export interface Moment {
  /** The shared second, epoch ms; it stands still while the panels are frozen. */
  readonly now: number;
  /** The same, frozen or not: what an action has taken goes on. */
  readonly tick: number;
  readonly history: Pick<History, 'points'>;
}

function chalkOf(base: ChalkInstance, { color, bold, dimColor }: Style): ChalkInstance {
  let result = base;
  if (typeof color === 'number') result = result.ansi256(color);
  else if (color?.startsWith('#')) result = result.hex(color);
  else if (color !== undefined) result = result[color as 'red'];
  if (bold) result = result.bold;
  return dimColor ? result.dim : result;
}

type Wrap = readonly [open: string, close: string];

/** The palette decides what is asked for: chalk sends it as it is, and never guesses at the terminal. */
const LEVELS = { 4: 1, 8: 2, 24: 3 } as const;

function createWraps({ depth = 4 }: Appearance, palette: Palette): ReadonlyMap<Tone, Wrap> {
  const base = new Chalk({ level: LEVELS[depth] });
  const tones = Object.keys(palette) as Tone[];
  return new Map(
    tones.map((tone) => {
      const [open = '', close = ''] = chalkOf(base, palette[tone])('|').split('|');
      return [tone, [open, close]];
    }),
  );
}

const wraps = new WeakMap<Palette, ReadonlyMap<Tone, Wrap>>();

function wrapOf(tone: Tone, appearance: Appearance): Wrap {
  const palette = paletteOf(appearance);
  let known = wraps.get(palette);
  if (known === undefined) {
    known = createWraps(appearance, palette);
    wraps.set(palette, known);
  }
  return known.get(tone) ?? ['', ''];
}

function paintText(value: string, tone: Tone, ink: Appearance): string {
  const shown = ink.unicode ? value : toAscii(value);
  if (shown === '') return '';
  const [open, close] = wrapOf(tone, ink);
  return `${open}${shown}${close}`;
}

/** What a series held at the moment: while the panels are frozen, nothing that came since. */
function pointsOf(series: string, { history, now, tick }: Moment) {
  const points = history.points(series);
  return now === tick ? points : points.filter(({ at }) => at <= now);
}

function paintSpan(span: Span, moment: Moment, ink: Appearance): string {
  if ('text' in span) return paintText(span.text, span.tone, ink);
  if ('row' in span) {
    return paintText(chartRow(pointsOf(span.series, moment), span, moment.now), span.tone, ink);
  }
  if ('series' in span) {
    const bars = sparkline(pointsOf(span.series, moment), span.width, moment.now);
    return paintText(bars, span.tone, ink);
  }
  if ('totalMs' in span) {
    const gone = Math.min(1, Math.max(0, (moment.tick - span.from) / Math.max(1, span.totalMs)));
    const full = Math.round(gone * span.width);
    const rest = paintText('░'.repeat(span.width - full), 'quiet', ink);
    return `${paintText('█'.repeat(full), span.tone, ink)}${rest}`;
  }
  // How long something has been going on counts on: what is frozen, the freeze itself included.
  const now = span.style === 'elapsed' ? moment.tick : moment.now;
  return paintText(pad(timeWords(span, now), span.width, span.align), span.tone, ink);
}

/** True when the passing of time alone can change how the line looks. */
export function moves(line: Line): boolean {
  return line.some((span) => !('text' in span));
}

/** A line as the terminal is given it. This is the one place where text takes its colour. */
export function paintLine(line: Line, moment: Moment, ink: Appearance): string {
  let painted = '';
  for (const span of line) painted += paintSpan(span, moment, ink);
  return painted;
}

/** True when it goes on while the panels are frozen. */
function goesOn(line: Line): boolean {
  return line.some((span) => 'totalMs' in span || ('style' in span && span.style === 'elapsed'));
}

interface Known {
  readonly width: number;
  readonly fitted: Line;
  readonly moves: boolean;
  readonly goesOn: boolean;
  readonly moment: Moment;
  readonly ink: Appearance;
  readonly painted: string;
}

/** How each line looked when it was last painted: one that is drawn again mostly looks the same. */
const known = new WeakMap<Line, Known>();

/** Whether a line painted then looks the same now. What is frozen is not painted again: it stands still. */
function stands(line: Known, { now, tick, history }: Moment, ink: Appearance): boolean {
  const { moment } = line;
  if (line.ink !== ink) return false;
  if (!line.moves) return true;
  const same = moment.now === now && moment.history === history;
  return same && (!line.goesOn || moment.tick === tick);
}

/** A line in exactly `width` columns as the terminal is given it; made once while it looks the same. */
export function paintedLine(line: Line, width: number, moment: Moment, ink: Appearance): string {
  const before = known.get(line);
  const fits = before?.width === width;
  if (fits && stands(before, moment, ink)) return before.painted;
  const fitted = fits ? before.fitted : sized(line, width);
  const painted = paintLine(fitted, moment, ink);
  const ways = fits ? before : { moves: moves(fitted), goesOn: goesOn(fitted) };
  known.set(line, {
    width,
    fitted,
    moves: ways.moves,
    goesOn: ways.goesOn,
    moment,
    ink,
    painted,
  });
  return painted;
}
