// Ink steps over each row that has not changed by a sequence of its own, also where a hundred stand one
// after another: over a slow link these are most of what a key costs.
import logUpdate from '../../../node_modules/ink/build/log-update.js';

const NEXT_LINE = '\u001b[E';
// biome-ignore lint/suspicious/noControlCharactersInRegex: it looks for what a terminal obeys
const STEPS = /(?:\u001b\[E){2,}/g;

/**
 * The same with one step over all rows that stand unchanged one after another.
 * @param {string} text
 */
export const shortened = (text) =>
  text.replace(STEPS, (steps) => `\u001b[${steps.length / NEXT_LINE.length}E`);

const shortening = (stream) =>
  Object.create(stream, {
    write: { value: (text, ...rest) => stream.write(shortened(text), ...rest) },
  });

export default {
  create: (stream, options) => logUpdate.create(shortening(stream), options),
};
