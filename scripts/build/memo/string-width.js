// Ink measures every line of the screen anew for each frame: what a text's width was, it still is.
import stringWidth from '../../../node_modules/string-width/index.js';
import { remembered } from './bounded.js';
import { cellsOf } from './simple.js';

const width = remembered(4000, (text) => stringWidth(text));

export default function rememberedWidth(text, options) {
  if (options !== undefined || typeof text !== 'string') return stringWidth(text, options);
  return cellsOf(text)?.length ?? width(text);
}
