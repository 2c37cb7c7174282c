import type { Binding } from './binding.ts';
import { movement } from './bindings-table.ts';
import { type LogMinutes, type LogVerb, logMinutes } from './log-commands.ts';

const verb = (
  id: LogVerb,
  keys: readonly string[],
  title: string,
  hint: string | null = null,
): Binding => ({ id, keys, scope: 'logs', title, hint, command: { type: 'log', verb: id } });

const ago = (minutes: LogMinutes): string => {
  if (minutes === null) return 'The last lines, whatever their age';
  return minutes < 60 ? `Lines of the last ${minutes} min` : `Lines of the last ${minutes / 60} h`;
};

const since: readonly Binding[] = logMinutes.map((minutes, digit) => ({
  id: `since-${digit}`,
  keys: [String(digit)],
  scope: 'logs',
  title: ago(minutes),
  hint: digit === 0 ? 'since' : null,
  ...(digit === 0 ? { label: `0-${logMinutes.length - 1}` } : {}),
  command: { type: 'log', verb: 'since', minutes },
}));

/** Space stops and goes on here, as it does wherever something runs. */
const moves: readonly Binding[] = movement('logs', 'text').map((binding) => ({
  ...binding,
  keys: binding.keys.filter((key) => key !== ' '),
  hint: null,
}));

/** The bindings of the log screen. */
export const logBindings: readonly Binding[] = [
  verb('search', ['/'], 'Look for a text or a regular expression', 'search'),
  verb('next', ['n'], 'Next line found, round the end', 'next'),
  verb('before', ['N'], 'Line found before'),
  verb('filter', ['&', 'F'], 'Show only lines that match; ! in front: that do not', 'filter'),
  verb('level', ['L'], 'Least level shown: all, info, warn, error', 'level'),
  verb('follow', ['f'], 'Follow the newest line, or stay where you are', 'follow'),
  verb('pause', [' ', 's', 'z'], 'Stop the lines, or let them go on; none is lost', 'pause'),
  verb('enter', ['enter'], 'Everything the chosen line says, its JSON in full', 'line'),
  ...since,
  verb('previous', ['p'], 'The run before the last start, or the one of now', 'previous'),
  verb('sources', ['m'], 'Add logs to these, or take some away', 'sources'),
  verb('wrap', ['w'], 'Break long lines, or cut them'),
  verb('time', ['t'], 'Show the times, or leave them out'),
  verb('left', ['left'], 'Scroll long lines back; in one line: the line before'),
  verb('right', ['right'], 'Scroll long lines; in one line: the next line'),
  {
    id: 'copy',
    keys: ['c'],
    scope: 'logs',
    title: 'Copy the chosen line, as it was written, to your clipboard',
    hint: 'copy',
    command: { type: 'copy' },
  },
  ...moves,
  verb('back', ['escape', 'q'], 'Back; a search and a filter are cleared first', 'back'),
];
