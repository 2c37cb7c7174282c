import type { Appearance } from '../../src/console/appearance.ts';
import type { Tone } from '../present/line.ts';

/** How a tone looks: a named colour, `#rrggbb` or the number of one of 256. */
export interface Style {
  readonly color?: NamedColor | `#${string}` | number;
  readonly bold?: boolean;
  readonly dimColor?: boolean;
}

type NamedColor = 'green' | 'yellow' | 'red' | 'cyan' | 'magenta' | 'blue';
type Color = NonNullable<Style['color']>;
export type Palette = Readonly<Record<Tone, Style>>;

/** Weight alone; a sign and a word stand beside every meaning. */
const mono: Palette = {
  plain: {},
  strong: { bold: true },
  quiet: { dimColor: true },
  ok: {},
  warn: { bold: true },
  bad: { bold: true },
  accent: { bold: true },
};

/** Named colours: the terminal's own theme decides what they look like. */
const dark16: Palette = {
  plain: {},
  strong: { bold: true },
  quiet: { dimColor: true },
  ok: { color: 'green' },
  warn: { color: 'yellow' },
  bad: { color: 'red', bold: true },
  accent: { color: 'cyan' },
};

/** Yellow and cyan cannot be read on white. */
const light16: Palette = {
  ...dark16,
  warn: { color: 'magenta' },
  accent: { color: 'blue' },
};

function palette(
  colors: Readonly<Record<'quiet' | 'ok' | 'warn' | 'bad' | 'accent', Color>>,
): Palette {
  return {
    plain: {},
    strong: { bold: true },
    quiet: { color: colors.quiet },
    ok: { color: colors.ok },
    warn: { color: colors.warn },
    bad: { color: colors.bad, bold: true },
    accent: { color: colors.accent },
  };
}

const dark256 = palette({
  quiet: 246,
  ok: 114,
  warn: 179,
  bad: 210,
  accent: 80,
});
const light256 = palette({
  quiet: 241,
  ok: 22,
  warn: 94,
  bad: 124,
  accent: 24,
});

/** Each at least 4.5 : 1 against the backgrounds people use; a test measures it. */
const darkTrue = palette({
  quiet: '#98a1ad',
  ok: '#87d787',
  warn: '#e5c07b',
  bad: '#ff8585',
  accent: '#5fcfe0',
});
const lightTrue = palette({
  quiet: '#5b6370',
  ok: '#1a6b2f',
  warn: '#8a5300',
  bad: '#b3261e',
  accent: '#0b6285',
});

/** How each tone looks on this terminal; the same object for the same abilities. */
export function paletteOf({ color, depth = 4, light = false }: Appearance): Palette {
  if (!color) return mono;
  if (depth === 24) return light ? lightTrue : darkTrue;
  if (depth === 8) return light ? light256 : dark256;
  return light ? light16 : dark16;
}
