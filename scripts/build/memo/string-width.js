// Ink measures every line of the screen anew for each frame: what a text's width was, it still is.
import stringWidth from '../../../node_modules/string-width/index.js';
import { remembered } from './bounded.js';

const width = remembered(4000, (text) => stringWidth(text));

export default function rememberedWidth(text, options) {
  return options === undefined && typeof text === 'string'
    ? width(text)
    : stringWidth(text, options);
}
