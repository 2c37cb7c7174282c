import { type PanelId, panelIds } from '../src/keymap/commands.ts';
import { alertsPanel } from './panels/alerts.tsx';
import { breakersPanel } from './panels/breakers.tsx';
import { cachePanel } from './panels/cache.tsx';
import { checksPanel } from './panels/checks.tsx';
import { containersPanel } from './panels/containers.tsx';
import { databasePanel } from './panels/database.tsx';
import { hostPanel } from './panels/host.tsx';
import { metricsPanel } from './panels/metrics.tsx';
import type { Panel } from './panels/panel.ts';
import { podsPanel } from './panels/pods.tsx';
import { regionsPanel } from './panels/regions.tsx';

/** Every panel by its id: a line here is the whole registration. */
export const panels: Readonly<Record<PanelId, Panel>> = {
  containers: containersPanel,
  metrics: metricsPanel,
  breakers: breakersPanel,
  database: databasePanel,
  cache: cachePanel,
  checks: checksPanel,
  host: hostPanel,
  alerts: alertsPanel,
  pods: podsPanel,
  regions: regionsPanel,
};

/** Other names runbooks use for a panel. */
const aliases: Readonly<Record<string, PanelId>> = {
  redis: 'cache',
  signals: 'metrics',
  postgres: 'database',
};

/** The panel a runbook names, or null for one this console does not have. */
export function panelNamed(name: string): PanelId | null {
  const found = panelIds.find((id) => id === name);
  return found ?? aliases[name] ?? null;
}
