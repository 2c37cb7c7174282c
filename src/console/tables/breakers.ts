import type { Breaker } from '../../domain/breaker.ts';
import type { Health } from '../../domain/health.ts';
import type { TableModel } from '../table.ts';

export function breakerHealth(breaker: Pick<Breaker, 'state'>): Health {
  if (breaker.state === 'open') return 'critical';
  return breaker.state === 'half-open' ? 'warning' : 'ok';
}

/** How many instances are in the state that speaks for all. */
export function instancesInState({ instances, state }: Pick<Breaker, 'instances' | 'state'>) {
  return instances.filter((one) => one.state === state).length;
}

/** The circuit breakers: the worst instance speaks for each. */
export const breakersTable: TableModel<Breaker> = {
  panel: 'breakers',
  noun: 'breaker',
  rows: (live) => live.breakers,
  id: ({ name }) => name,
  name: ({ name }) => name,
  text: ({ name, state, instances, stale }) =>
    [name, state, ...(stale ? ['silent'] : []), ...instances.map(({ source }) => source)].join(' '),
  health: breakerHealth,
  columns: [
    { id: 'name', title: 'breaker', key: ({ name }) => name, firstDescending: false },
    { id: 'state', title: 'state', key: ({ state }) => state, firstDescending: true },
    { id: 'since', title: 'since', key: ({ since }) => since, firstDescending: true },
    { id: 'where', title: 'instances', key: (row) => row.instances.length, firstDescending: true },
    { id: 'failures', title: 'failures', key: ({ failures }) => failures, firstDescending: true },
    {
      id: 'next',
      title: 'next try',
      key: ({ nextAttempt }) => nextAttempt,
      firstDescending: false,
    },
  ],
  defaultSort: { column: 'name', descending: false },
  copy: ({ name, state }) => `${name} ${state}`,
};
