import type { Binding, KeyContext, Scope } from './binding.ts';
import type { Command } from './commands.ts';

const noRow = ({ row }: KeyContext) => (row ? null : 'choose a row first (j)');
const noRows = ({ rows }: KeyContext) => (rows > 0 ? null : 'this panel has no rows yet');

/** What can be done with the chosen row, wherever it is shown. */
export function rowKeys(scope: Scope): readonly Binding[] {
  return [
    {
      id: 'logs',
      keys: ['l'],
      scope,
      title: 'Logs of the chosen row, or of all that are marked',
      hint: 'logs',
      command: { type: 'logs' },
      disabled: ({ logs }) => logs,
    },
    {
      id: 'offers',
      keys: ['x'],
      scope,
      title: 'What can be done with the chosen container or session',
      hint: 'act',
      command: { type: 'offers' },
      disabled: ({ offers }) => offers,
    },
    {
      id: 'copy',
      keys: ['c'],
      scope,
      title: 'Copy the chosen row, or all that are marked, to your clipboard',
      hint: scope === 'overview' ? null : 'copy',
      command: { type: 'copy' },
      disabled: ({ row, marks }) => (row || marks > 0 ? null : 'choose a row first (j)'),
    },
  ];
}

/** The keys of a list: order, columns, marks. */
export function tableKeys(scope: Scope): readonly Binding[] {
  const one = (
    id: string,
    keys: readonly string[],
    title: string,
    command: Command,
    more: Partial<Binding> = {},
  ): Binding => ({ id, keys, scope, title, hint: null, command, ...more });
  const hint = (words: string) => (scope === 'panel' ? { hint: words } : {});
  return [
    ...rowKeys(scope),
    one(
      'sort',
      ['s', '>'],
      'Sort by the next column; after the last, worst first',
      {
        type: 'sort',
        step: 1,
      },
      hint('sort'),
    ),
    one('sort-back', ['<'], 'Sort by the column before', { type: 'sort', step: -1 }),
    one('reverse', ['S'], 'Turn the order round', { type: 'reverse' }),
    one('columns', ['C'], 'Choose the columns', { type: 'columns' }, hint('columns')),
    one(
      'mark',
      [' '],
      'Mark the chosen row, or take the mark away',
      { type: 'mark' },
      {
        ...hint('mark'),
        disabled: noRow,
      },
    ),
    one(
      'clear-marks',
      ['M'],
      'Take all marks away',
      { type: 'clear-marks' },
      {
        disabled: ({ marks }) => (marks > 0 ? null : 'nothing is marked here'),
      },
    ),
  ];
}

/** Moving in a list is the same everywhere: hands know it. Space turns a page where nothing is marked. */
export function movement(scope: Scope, what: 'rows' | 'text'): readonly Binding[] {
  const move = (
    id: string,
    keys: readonly string[],
    title: string,
    command: Extract<Command, { type: 'move' }>,
  ): Binding => ({
    id,
    keys,
    scope,
    title,
    hint: what === 'text' && id === 'down' ? 'scroll' : null,
    ...(what === 'text' && id === 'down' ? { label: 'j k' } : {}),
    command,
    ...(what === 'rows' ? { disabled: noRows } : {}),
  });
  const page = what === 'rows' ? ['pagedown'] : ['pagedown', ' '];
  return [
    move('down', ['j', 'down'], 'Next line', { type: 'move', by: 'line', direction: 1 }),
    move('up', ['k', 'up'], 'Line before', { type: 'move', by: 'line', direction: -1 }),
    move('page-down', page, 'A page on', { type: 'move', by: 'page', direction: 1 }),
    move('page-up', ['pageup'], 'A page back', { type: 'move', by: 'page', direction: -1 }),
    move('top', ['g', 'home'], 'First line', { type: 'move', by: 'edge', direction: -1 }),
    move('bottom', ['G', 'end'], 'Last line', { type: 'move', by: 'edge', direction: 1 }),
  ];
}
