import type { Source } from '../../domain/source.ts';
import type { WebTls } from '../web/client.ts';
import { scrape } from './client.ts';

/** Tells a restart of the process; kept whatever is selected. */
const START_TIME = 'process_start_time_seconds';

export interface MetricsSourceOptions {
  readonly name: string;
  /** Asked at every poll: a container that was started again may have a new address. */
  readonly url: () => Promise<string>;
  readonly intervalMs: number;
  readonly timeoutMs: number;
  /** Which samples somebody reads, by their own name (`x_bucket`); all when not said. */
  readonly select?: (name: string) => boolean;
  /** A bearer token, asked for at every poll. */
  readonly token?: () => string;
  readonly tls?: WebTls;
}

/** Scrapes one target; the snapshot is named after the source, which outlives its addresses. */
export function metricsSource(options: MetricsSourceOptions): Source<'metrics'> {
  const { intervalMs, name, select, timeoutMs, tls, token } = options;
  const kept = select && ((sample: string) => sample === START_TIME || select(sample));
  return {
    name,
    kind: 'metrics',
    intervalMs,
    timeoutMs,
    async poll(signal) {
      const url = await options.url();
      const request = {
        url,
        timeoutMs,
        ...(kept === undefined ? {} : { select: kept }),
        ...(token === undefined ? {} : { token: token() }),
        ...(tls === undefined ? {} : { tls }),
      };
      return { ...(await scrape(request, signal)), target: name };
    },
  };
}
