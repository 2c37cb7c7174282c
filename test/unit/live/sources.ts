import type { SourceState } from '../../../src/domain/source.ts';

/** How a source stands that answers. */
export const source = (name: string, rest: Partial<SourceState> = {}): SourceState => ({
  name,
  kind: 'check',
  status: 'live',
  since: 0,
  observedAt: null,
  error: null,
  retryAt: null,
  intervalMs: 5000,
  ...rest,
});
