import type { Identified } from '../../domain/identified.ts';
import type { LiveState } from '../../live/state.ts';
import type { TableModel } from '../table.ts';

/** True once a source of the region brings pods: without a cluster the panel has no place. */
export function hasPods(live: LiveState): boolean {
  return Object.values(live.sources).some(({ kind }) => (kind as string) === 'pods');
}

/** The pods of the cluster; no source of this version brings any. */
export const podsTable: TableModel<Identified> = {
  panel: 'pods',
  noun: 'pod',
  rows: () => [],
  id: ({ id }) => id,
  name: ({ id }) => id,
  text: ({ id }) => id,
  health: () => 'unknown',
  columns: [{ id: 'name', title: 'pod', key: ({ id }) => id, firstDescending: false }],
  defaultSort: { column: 'name', descending: false },
};
