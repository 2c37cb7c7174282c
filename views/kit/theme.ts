import type { TextProps } from 'ink';
import type { Tone } from '../present/line.ts';

type Style = Pick<TextProps, 'color' | 'bold' | 'dimColor'>;

/** Sixteen-colour safe: named colours only, so that light and dark themes both stay readable. */
const coloured: Readonly<Record<Tone, Style>> = {
  plain: {},
  strong: { bold: true },
  quiet: { dimColor: true },
  ok: { color: 'green' },
  warn: { color: 'yellow' },
  bad: { color: 'red', bold: true },
  accent: { color: 'cyan' },
};

const uncoloured: Readonly<Record<Tone, Style>> = {
  plain: {},
  strong: { bold: true },
  quiet: { dimColor: true },
  ok: {},
  warn: { bold: true },
  bad: { bold: true },
  accent: { bold: true },
};

export function styleOf(tone: Tone, color: boolean): Style {
  return (color ? coloured : uncoloured)[tone];
}
