// Ink reads every text of the screen for escape sequences it must not pass on, anew for each frame.
import sanitizeAnsi from '../../../node_modules/ink/build/sanitize-ansi.js';
import { remembered } from './bounded.js';
import { isSimple } from './simple.js';

const sanitized = remembered(400, sanitizeAnsi);

export default (text) => (isSimple(text) ? text : sanitized(text));
