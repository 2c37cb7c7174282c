import type { FactKind } from '../domain/fact.ts';
import { type PanelId, panelIds } from '../keymap/commands.ts';
import { sourcesOf } from '../live/selectors.ts';
import type { LiveState } from '../live/state.ts';
import { metricsTable } from './tables/metrics.ts';
import { hasPods } from './tables/pods.ts';

/** The facts each panel draws. Its sources decide how it stands, and whether it has a place. */
export const panelKinds: Readonly<Record<PanelId, readonly FactKind[]>> = {
  containers: ['containers', 'usage'],
  metrics: ['metrics'],
  breakers: ['metrics'],
  database: ['database'],
  cache: ['cache'],
  checks: ['check', 'certificate'],
  host: ['host'],
  alerts: [],
  pods: [],
  regions: ['regions'],
};

/** Any metrics may tell of breakers; once all of them were read, it is known. */
function mayHaveBreakers(live: LiveState): boolean {
  const unread = sourcesOf(live, 'metrics').some(({ observedAt }) => observedAt === null);
  return live.breakers.length > 0 || unread;
}

/** True when something is configured that could fill the panel. */
function isFed(live: LiveState, panel: PanelId): boolean {
  if (panel === 'pods') return hasPods(live);
  if (panel === 'breakers') return mayHaveBreakers(live);
  if (panel === 'metrics' && metricsTable.rows(live).length > 0) return true;
  return panelKinds[panel].some((kind) => sourcesOf(live, kind).length > 0);
}

/**
 * The panels that have a place on the overview: the containers always, the others once a source is
 * configured for them. Alerts have their strip.
 */
export function overviewPanels(live: LiveState): readonly PanelId[] {
  return panelIds.filter((id) => id === 'containers' || (id !== 'alerts' && isFed(live, id)));
}

/** Panels that are not missed where nothing fills them. */
const unnamed: ReadonlySet<PanelId> = new Set(['alerts', 'pods', 'regions']);

/** Panels that nothing fills: named, with the digit that says how they would be filled. */
export function unfedPanels(live: LiveState): readonly PanelId[] {
  const drawn = overviewPanels(live);
  return panelIds.filter((id) => !unnamed.has(id) && !drawn.includes(id));
}
