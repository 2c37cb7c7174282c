import { OperatorError } from '../../domain/operator-error.ts';
import { breakerSamples } from '../../domain/reported-breaker.ts';
import type { Source } from '../../domain/source.ts';
import { type WebAnswer, webRequest } from '../web/client.ts';
import { shownUrl } from '../web/failure.ts';
import { type BreakersShape, decodeBreakers } from './decode.ts';

export interface BreakersSourceOptions extends BreakersShape {
  readonly name: string;
  /** Asked at every poll: a container that was started again may have a new address. */
  readonly url: () => Promise<string>;
  readonly headers?: Readonly<Record<string, string>>;
  readonly intervalMs: number;
  readonly timeoutMs: number;
}

/** Refuses what is surely not the endpoint; a 503 may well be its answer while a breaker is open. */
function checkStatus({ status, url }: WebAnswer): void {
  if (status === 401 || status === 403) {
    const mend = 'give this source the `headers` it needs';
    throw new OperatorError('denied', `${url} refuses with status ${status}`, mend);
  }
  if (status === 404 || (status >= 300 && status < 400)) {
    const message = `${url} answers with status ${status}`;
    throw new OperatorError('missing', message, 'correct its path in the pack');
  }
}

/**
 * Reads breakers from an administrative endpoint. They come as metrics of names of their own, so that
 * they are kept, compared and counted like scraped ones.
 */
export function breakersSource(options: BreakersSourceOptions): Source<'metrics'> {
  const { headers, intervalMs, name, timeoutMs } = options;
  return {
    name,
    kind: 'metrics',
    intervalMs,
    timeoutMs,
    async poll(signal) {
      const url = await options.url();
      const request = { url, timeoutMs, ...(headers === undefined ? {} : { headers }) };
      const answer = await webRequest(request, signal);
      checkStatus(answer);
      const { breakers, problems } = decodeBreakers(answer.text(), options, shownUrl(url));
      const samples = breakerSamples(breakers);
      return { target: name, latencyMs: answer.latencyMs, samples, problems };
    },
  };
}
