import { OperatorError } from '../../domain/operator-error.ts';
import { decodeJson, type Json } from './decode.ts';
import { requestFailure, requestTimeout, shownUrl } from './failure.ts';

export interface HttpRequest {
  readonly url: string;
  readonly method?: 'GET' | 'HEAD' | 'POST';
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string;
  /** The limit from connecting to the last byte. */
  readonly timeoutMs: number;
}

export interface HttpAnswer {
  readonly status: number;
  readonly latencyMs: number;
  /** Null when the answer is not JSON; its strings are safe to show. */
  readonly json: Json;
}

/** A larger answer is not what a check or a probe asked for. */
const MAX_ANSWER_BYTES = 1024 * 1024;

/**
 * Makes one request on a connection of its own; follows no redirect.
 * @throws OperatorError in words when there is no complete answer; the caller's own reason when it
 * aborted
 */
export async function send(options: HttpRequest, signal: AbortSignal): Promise<HttpAnswer> {
  signal.throwIfAborted();
  const { body, headers, method = 'GET', timeoutMs, url } = options;
  // Loaded at the first call, before its time runs: the first frame does not wait for it.
  const { request } = (await import('undici')).default;
  const limit = AbortSignal.any([signal, AbortSignal.timeout(timeoutMs)]);
  const startedAt = performance.now();
  try {
    const answer = await request(url, {
      method,
      headers: { 'user-agent': 'opsconsole', accept: 'application/json,*/*;q=0.5', ...headers },
      body: body ?? null,
      signal: limit,
      headersTimeout: timeoutMs,
      bodyTimeout: timeoutMs,
      reset: true,
    });
    const chunks: Buffer[] = [];
    let bytes = 0;
    for await (const chunk of answer.body) {
      bytes += chunk.length;
      if (bytes > MAX_ANSWER_BYTES) {
        const message = `${shownUrl(url)} answered more than ${MAX_ANSWER_BYTES} bytes`;
        throw new OperatorError('garbage', message, 'correct the path');
      }
      chunks.push(chunk);
    }
    const latencyMs = performance.now() - startedAt;
    const json = decodeJson(Buffer.concat(chunks).toString('utf8'));
    return { status: answer.statusCode, latencyMs, json };
  } catch (thrown) {
    if (signal.aborted && signal.reason?.name !== 'TimeoutError') throw signal.reason;
    if (limit.aborted) throw requestTimeout(url, timeoutMs);
    throw requestFailure(thrown, url);
  }
}
