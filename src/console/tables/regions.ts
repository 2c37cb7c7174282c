import type { RegionStanding } from '../../domain/fleet.ts';
import type { Health } from '../../domain/health.ts';
import { severities } from '../../domain/severity.ts';
import { factsOf, sourcesOf } from '../../live/selectors.ts';
import type { LiveState } from '../../live/state.ts';
import type { TableModel } from '../table.ts';

/** True once several regions are watched: a single one needs no list. */
export function hasRegions(live: LiveState): boolean {
  return sourcesOf(live, 'regions').length > 0;
}

/** How a region stands: what fires, and what does not answer. */
export function regionHealth({ reach, worst, breakers }: RegionStanding): Health {
  if (reach === 'connecting') return 'unknown';
  if (reach === 'lost' || worst?.firing === true || breakers.open > 0) return 'critical';
  return reach === 'partly' || worst !== null ? 'warning' : 'ok';
}

/** The larger, the sooner somebody has to look. */
function urgency({ worst }: RegionStanding): number | null {
  if (worst === null) return null;
  return (worst.firing ? severities.length : 0) - severities.indexOf(worst.severity);
}

/** The regions of the configuration. */
export const regionsTable: TableModel<RegionStanding> = {
  panel: 'regions',
  noun: 'region',
  rows: (live) => factsOf(live, 'regions').flatMap(({ value }) => value),
  id: ({ name }) => name,
  name: ({ name }) => name,
  text: ({ name, system, reach, worst, versions, error }) =>
    [name, system, reach, worst?.name, worst?.summary, ...versions, error?.message].join(' '),
  health: regionHealth,
  columns: [
    { id: 'name', title: 'region', key: ({ name }) => name, firstDescending: false },
    { id: 'reach', title: 'answers', key: ({ reach }) => reach, firstDescending: false },
    { id: 'alert', title: 'worst alert', key: urgency, firstDescending: true },
    {
      id: 'breakers',
      title: 'breakers',
      key: ({ breakers }) => (breakers.total === 0 ? null : breakers.open),
      firstDescending: true,
    },
    { id: 'lag', title: 'lag', key: ({ lagMs }) => lagMs, firstDescending: true },
    {
      id: 'certificate',
      title: 'cert ends',
      key: ({ certificateEnds }) => certificateEnds,
      firstDescending: false,
    },
    {
      id: 'version',
      title: 'version',
      key: ({ versions }) => versions.join(' ') || null,
      firstDescending: false,
    },
  ],
  defaultSort: { column: 'name', descending: false },
};
