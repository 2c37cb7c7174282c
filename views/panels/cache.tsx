import { cacheTable, cacheTroubles } from '../../src/console/tables/cache.ts';
import { cache } from '../../src/live/selectors.ts';
import type { LiveState } from '../../src/live/state.ts';
import { useLive } from '../kit/context.ts';
import { cacheLines, cacheView, TROUBLES_SHOWN } from '../present/cache.ts';
import type { Panel, PanelProps } from './panel.ts';
import { TablePanel, usePanelStatus } from './table-panel.tsx';

/** Lines a single server is summed up in, beside its troubles. */
const LINES = 4;

/** One server is summed up; several are rows. */
function isSingle(live: LiveState): boolean {
  return cacheTable.rows(live).length <= 1;
}

function wants(live: LiveState): number {
  if (!isSingle(live)) return cacheTable.rows(live).length;
  const fact = cache(live);
  const troubles = fact === null ? 0 : cacheTroubles(fact.value).length;
  return LINES + Math.min(TROUBLES_SHOWN, troubles);
}

function CachePanel(props: PanelProps) {
  const fact = useLive(cache);
  const single = useLive(isSingle);
  const { status } = usePanelStatus(cacheTable);
  const digest = fact === null ? [] : cacheLines(fact.value, status !== 'failed');
  return (
    <TablePanel
      {...props}
      table={cacheTable}
      view={cacheView}
      title="Cache"
      summary={[]}
      {...(single ? { digest } : {})}
      empty="no cache is configured: name one under redis in the region's configuration"
    />
  );
}

/** The caches: do they answer, how full are they, what is asked of them. */
export const cachePanel: Panel = { View: CachePanel, wants };
