import { cache, panelStatus, sourcesOf } from '../../src/live/selectors.ts';
import { useLive } from '../kit/context.ts';
import { cacheLines } from '../present/cache.ts';
import type { PanelProps } from './panel.ts';
import { PanelFrame } from './panel-frame.tsx';

/** The cache: does it answer, how full is it, what is asked of it. */
export function CachePanel(props: PanelProps) {
  const fact = useLive(cache);
  const sources = useLive((live) => sourcesOf(live, 'cache'));
  const status = panelStatus(sources);
  return (
    <PanelFrame
      {...props}
      id="cache"
      title="Cache"
      summary={[]}
      status={status}
      lines={fact === null ? [] : cacheLines(fact.value, status.status !== 'failed')}
      chosen={-1}
      details={[]}
      empty="no cache: the pack names none"
    />
  );
}
