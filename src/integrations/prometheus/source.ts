import type { Source } from '../../domain/source.ts';
import { scrape } from './client.ts';

export interface MetricsSourceOptions {
  readonly name: string;
  /** Asked at every poll: a container that was started again may have a new address. */
  readonly url: () => Promise<string>;
  readonly intervalMs: number;
  readonly timeoutMs: number;
}

/** Scrapes one target; the snapshot is named after the source, which outlives its addresses. */
export function metricsSource(options: MetricsSourceOptions): Source<'metrics'> {
  const { intervalMs, name, timeoutMs } = options;
  return {
    name,
    kind: 'metrics',
    intervalMs,
    timeoutMs,
    async poll(signal) {
      const url = await options.url();
      return { ...(await scrape({ url, timeoutMs }, signal)), target: name };
    },
  };
}
