import type { Health } from '../../src/domain/health.ts';
import type { Tone } from './line.ts';

/** The mark that stands before a thing; a word always stands beside it. */
export const healthSign: Readonly<Record<Health, string>> = {
  ok: '●',
  unknown: '○',
  warning: '▲',
  critical: '✖',
};

export const healthTone: Readonly<Record<Health, Tone>> = {
  ok: 'ok',
  unknown: 'quiet',
  warning: 'warn',
  critical: 'bad',
};

/**
 * What stands for each sign on a terminal without Unicode, one column each, so that the layout is
 * the same. Anything else beyond ASCII becomes a question mark.
 */
const asciiSigns: Readonly<Record<string, string>> = {
  '●': 'o',
  '○': '-',
  '▲': '!',
  '✖': 'x',
  '✔': '+',
  '▶': '>',
  '➜': '>',
  '▸': '>',
  '→': '>',
  '←': '<',
  '↑': '^',
  '↓': 'v',
  '◐': '~',
  '◌': '.',
  '…': '.',
  '·': '-',
  '–': '-',
  '─': '-',
  '│': '|',
  '┌': '+',
  '┐': '+',
  '└': '+',
  '┘': '+',
  '┬': '+',
  '┴': '+',
  '├': '+',
  '┤': '+',
  '↻': 'r',
  '⏎': '^',
  '⌫': '<',
  '█': '#',
  '░': '.',
  '▁': '_',
  '▂': '.',
  '▃': '-',
  '▄': '=',
  '▅': '+',
  '▆': '*',
  '▇': '%',
  '▏': '|',
  '×': 'x',
};

const segmenter = new Intl.Segmenter();

/** The text in ASCII, as wide as before for everything this program draws itself. */
export function toAscii(value: string): string {
  if (/^[\x20-\x7e]*$/.test(value)) return value;
  let result = '';
  for (const { segment } of segmenter.segment(value)) {
    result += segment <= '\x7e' ? segment : (asciiSigns[segment] ?? '?');
  }
  return result;
}
