import type { ComponentType } from 'react';
import { type PanelId, panelIds } from '../src/keymap/commands.ts';
import { BreakersPanel } from './panels/breakers.tsx';
import { CachePanel } from './panels/cache.tsx';
import { ChecksPanel } from './panels/checks.tsx';
import { ContainersPanel } from './panels/containers.tsx';
import { MetricsPanel } from './panels/metrics.tsx';
import type { PanelProps } from './panels/panel.ts';

/** Every panel by its id: a line here is the whole registration. */
export const panels: Readonly<Record<PanelId, ComponentType<PanelProps>>> = {
  containers: ContainersPanel,
  metrics: MetricsPanel,
  breakers: BreakersPanel,
  cache: CachePanel,
  checks: ChecksPanel,
};

/** The digit that chooses a panel. */
export function digitOf(panel: PanelId): number {
  return panelIds.indexOf(panel) + 1;
}

/** Other names runbooks use for a panel. */
const aliases: Readonly<Record<string, PanelId>> = { redis: 'cache', signals: 'metrics' };

/** The panel a runbook names, or null for one this console does not have. */
export function panelNamed(name: string): PanelId | null {
  const found = panelIds.find((id) => id === name);
  return found ?? aliases[name] ?? null;
}
