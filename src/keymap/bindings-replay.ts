import type { Binding } from './binding.ts';
import type { Command } from './commands.ts';

const one = (
  id: string,
  keys: readonly string[],
  title: string,
  command: Command,
  more: Partial<Binding> = {},
): Binding => ({ id, keys, scope: 'replay', title, hint: null, command, ...more });

/** The bindings of a replay: they hold on every screen of it, before the screen's own. */
export const replayBindings: readonly Binding[] = [
  one(
    'replay-toggle',
    [' '],
    'Stop the replay, or let it go on; at its end, begin anew',
    { type: 'replay-toggle' },
    { hint: ({ replay }) => (replay?.paused === true ? 'play' : 'pause') },
  ),
  one(
    'replay-next',
    ['right', ']'],
    'To the next entry of the record',
    { type: 'replay-step', by: 1 },
    { hint: 'entry', label: '← →' },
  ),
  one('replay-before', ['left', '['], 'To the entry before', { type: 'replay-step', by: -1 }),
  one(
    'replay-faster',
    ['+', '='],
    'Faster',
    { type: 'replay-pace', by: 1 },
    {
      hint: 'speed',
      label: '+ -',
    },
  ),
  one('replay-slower', ['-'], 'Slower', { type: 'replay-pace', by: -1 }),
];
