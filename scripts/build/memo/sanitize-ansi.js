// Ink reads every text of the screen for escape sequences it must not pass on, anew for each frame.
import sanitizeAnsi from '../../../node_modules/ink/build/sanitize-ansi.js';
import { remembered } from './bounded.js';

export default remembered(400, sanitizeAnsi);
