import type { MetricSnapshot } from '../../domain/metrics.ts';
import { OperatorError } from '../../domain/operator-error.ts';
import { timeLimit } from '../../domain/time-limit.ts';
import { type WebAnswer, type WebTls, webRequest } from '../web/client.ts';
import { webTimeout } from '../web/failure.ts';
import { takeTurns } from '../web/turns.ts';
import { metricsParser, type Page } from './decode.ts';

export interface ScrapeOptions {
  readonly url: string;
  /** The limit from the first byte sent to the last one parsed. */
  readonly timeoutMs: number;
  readonly maxBytes?: number;
  /** Which samples to keep, by their own name; all when not said. */
  readonly select?: (name: string) => boolean;
  /** A bearer token; credentials in the address are basic authentication. */
  readonly token?: string;
  readonly tls?: WebTls;
}

/** An answer larger than this is no metrics page but a mistake. */
const MAX_SCRAPE_BYTES = 32 * 1024 * 1024;
/** Bytes decoded, and lines parsed, between two looks at the clock. */
const PIECE_BYTES = 64 * 1024;
const LINES_A_LOOK = 50;
const ACCEPT =
  'text/plain;version=0.0.4,application/openmetrics-text;version=1.0.0;q=0.5,*/*;q=0.1';
const MEND = 'correct the path of its metrics';

const mendOf = (status: number) => (status >= 500 ? 'see its own log' : MEND);

function check({ status, url, headers }: WebAnswer): void {
  if (status !== 200) {
    const denied = status === 401 || status === 403;
    const message = `${url} answered ${status} where metrics were expected`;
    const mend = denied ? 'give it a token, or credentials in its address' : mendOf(status);
    throw new OperatorError(denied ? 'denied' : 'failed', message, mend);
  }
  const type = headers['content-type'] ?? '';
  if (!/^(?:text\/html|application\/(?:json|vnd\.google\.protobuf))\b/.test(type)) return;
  const message = `${url} answered ${type} where metrics were expected`;
  throw new OperatorError('garbage', message, MEND);
}

/** The answer in pieces small enough to be parsed between two looks at the clock. */
function* pieces({ chunks }: WebAnswer): Generator<string> {
  const decoder = new TextDecoder();
  for (const chunk of chunks) {
    for (let at = 0; at < chunk.length; at += PIECE_BYTES) {
      yield decoder.decode(chunk.subarray(at, at + PIECE_BYTES), { stream: true });
    }
  }
  yield decoder.decode();
}

async function parse(answer: WebAnswer, options: ScrapeOptions, limit: AbortSignal): Promise<Page> {
  const { select } = options;
  const openMetrics = /^application\/openmetrics-text\b/.test(answer.headers['content-type'] ?? '');
  const parser = metricsParser({ openMetrics, ...(select === undefined ? {} : { select }) });
  const turns = takeTurns();
  for (const piece of pieces(answer)) {
    parser.feed(piece);
    let done = false;
    while (!done) {
      done = parser.step(LINES_A_LOOK);
      if (!turns.due()) continue;
      await turns.next();
      limit.throwIfAborted();
    }
  }
  return parser.finish();
}

/**
 * Reads one page of metrics, parsing it in slices short enough for the screen.
 * @throws OperatorError in words; the caller's own reason when it aborted
 */
export async function scrape(options: ScrapeOptions, signal: AbortSignal): Promise<MetricSnapshot> {
  const { timeoutMs, url, token, tls, maxBytes = MAX_SCRAPE_BYTES } = options;
  const deadline = timeLimit(timeoutMs);
  const limit = AbortSignal.any([signal, deadline]);
  const authorization = token === undefined ? {} : { authorization: `Bearer ${token}` };
  const headers = { accept: ACCEPT, ...authorization };
  const request = { url, headers, timeoutMs, maxBytes, ...(tls === undefined ? {} : { tls }) };
  const answer = await webRequest(request, signal);
  check(answer);
  try {
    const page = await parse(answer, options, limit);
    return { target: answer.url, latencyMs: answer.latencyMs, ...page };
  } catch (thrown) {
    if (deadline.aborted && !signal.aborted) throw webTimeout(answer.url, timeoutMs);
    throw thrown;
  }
}
