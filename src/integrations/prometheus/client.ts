import type { Readable } from 'node:stream';
import { setImmediate as nextTurn } from 'node:timers/promises';
import type { MetricSnapshot } from '../../domain/metrics.ts';
import { OperatorError } from '../../domain/operator-error.ts';
import { metricsParser } from './decode.ts';
import { scrapeFailure, scrapeTimeout, shownUrl } from './failure.ts';

export interface ScrapeOptions {
  readonly url: string;
  /** The limit from the first byte sent to the last one parsed. */
  readonly timeoutMs: number;
  readonly maxBytes?: number;
}

/** An answer larger than this is no metrics page but a mistake. */
const MAX_SCRAPE_BYTES = 32 * 1024 * 1024;
/** Lines parsed before a key press gets its turn: a few milliseconds. */
const LINES_A_TURN = 1000;
const HEADERS = {
  accept: 'text/plain;version=0.0.4,application/openmetrics-text;version=1.0.0;q=0.5,*/*;q=0.1',
  'user-agent': 'opsconsole',
};

type Request = typeof import('undici').request;

async function answerOf(request: Request, options: ScrapeOptions, signal: AbortSignal) {
  const { timeoutMs, url } = options;
  // A connection of its own each time (reset): nothing is kept open at a process in trouble.
  const limits = { headersTimeout: timeoutMs, bodyTimeout: timeoutMs, reset: true };
  const { body, statusCode } = await request(url, { headers: HEADERS, signal, ...limits });
  if (statusCode === 200) return body;
  // Its end is of no interest: destroying it may report an error nobody waits for.
  body.on('error', () => undefined).destroy();
  const message = `${shownUrl(url)} answered ${statusCode} where metrics were expected`;
  const denied = statusCode === 401 || statusCode === 403;
  throw new OperatorError(denied ? 'denied' : 'failed', message, 'correct the path of its metrics');
}

/**
 * Takes the whole page off the connection as fast as it comes. The library's parser fails in a way
 * nobody can catch when the connection ends while its reader makes it wait.
 */
function collect(body: Readable, url: string, maxBytes: number): Promise<readonly Buffer[]> {
  return new Promise((resolve, reject) => {
    const chunks: Buffer[] = [];
    let bytes = 0;
    body.on('data', (chunk: Buffer) => {
      bytes += chunk.length;
      chunks.push(chunk);
      if (bytes <= maxBytes) return;
      const message = `${shownUrl(url)} answered more than ${maxBytes} bytes`;
      body.destroy(new OperatorError('garbage', message, 'correct the path of its metrics'));
    });
    body.on('end', () => resolve(chunks));
    body.on('error', reject);
  });
}

/**
 * Reads one page of metrics, parsing it in slices short enough for the screen.
 * @throws OperatorError in words; the caller's own reason when it aborted
 */
export async function scrape(options: ScrapeOptions, signal: AbortSignal): Promise<MetricSnapshot> {
  signal.throwIfAborted();
  const { timeoutMs, url, maxBytes = MAX_SCRAPE_BYTES } = options;
  // Loaded at the first call, before its time runs: the first frame does not wait for it.
  const { request } = (await import('undici')).default;
  const deadline = AbortSignal.timeout(timeoutMs);
  const limit = AbortSignal.any([signal, deadline]);
  const startedAt = performance.now();
  try {
    const body = await answerOf(request, options, limit);
    const parser = metricsParser();
    const decoder = new TextDecoder();
    for (const chunk of await collect(body, url, maxBytes)) {
      parser.feed(decoder.decode(chunk, { stream: true }));
      while (!parser.step(LINES_A_TURN)) await nextTurn();
      await nextTurn();
      limit.throwIfAborted();
    }
    parser.feed(decoder.decode());
    const samples = parser.finish();
    return { target: shownUrl(url), latencyMs: performance.now() - startedAt, samples };
  } catch (thrown) {
    if (signal.aborted && signal.reason?.name !== 'TimeoutError') throw signal.reason;
    if (limit.aborted) throw scrapeTimeout(url, timeoutMs);
    throw scrapeFailure(thrown, url);
  }
}
