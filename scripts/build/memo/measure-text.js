// Ink remembers the size of each text it ever measured, thousands of them; where a text is the whole
// screen and changes each second, that is much memory for a sum of widths that are known.
import stringWidth from './string-width.js';

export default function measureText(text) {
  if (text === '') return { width: 0, height: 0 };
  const lines = text.split('\n');
  let width = 0;
  for (const line of lines) width = Math.max(width, stringWidth(line));
  return { width, height: lines.length };
}
