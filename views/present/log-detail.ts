import type { DetailRow } from '../../src/console/log-detail.ts';
import { type Line, pad, text } from './line.ts';

const KEY = /^(\s*)("(?:[^"\\]|\\.)*"):/;
const LABEL_WIDTH = 10;

/** A row of all that one line says. */
export function detailLine({ label, text: words, json }: DetailRow): Line {
  if (!json) {
    return [text('  '), text(pad(label, LABEL_WIDTH), 'quiet'), text(words)];
  }
  const key = KEY.exec(words)?.[0] ?? '';
  return [text('  '), text(key, 'accent'), text(words.slice(key.length))];
}
