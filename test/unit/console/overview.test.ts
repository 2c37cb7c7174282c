import { expect, it } from 'vitest';
import { overviewPanels, unfedPanels } from '../../../src/console/overview.ts';
import { factRegion } from '../signals/fact-region.ts';
import { source } from '../signals/facts.ts';

it('breakers have a place until all metrics were read, then only where there are any', () => {
  const { clock, state, live } = factRegion();
  const read = (name: string, observedAt: number | null) => {
    live.source(source(name, 'metrics', { observedAt }));
    live.flush();
  };
  read('api', null);
  read('worker', clock.now());
  expect(overviewPanels(state())).toContain('breakers');
  read('api', clock.now());
  expect(overviewPanels(state())).not.toContain('breakers');
  expect(unfedPanels(state())).toContain('breakers');
});
