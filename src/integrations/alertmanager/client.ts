import { OperatorError } from '../../domain/operator-error.ts';
import { redactText } from '../../domain/redact.ts';
import { sanitizeLine } from '../../domain/sanitize.ts';
import { type WebAnswer, type WebTls, webRequest } from '../web/client.ts';
import { elements } from '../web/elements.ts';
import { takeTurns } from '../web/turns.ts';

export interface AlertmanagerOptions {
  /** What stands before `/api`; credentials in it are basic authentication. */
  readonly url: string;
  readonly timeoutMs: number;
  /** A bearer token, asked for at every request. */
  readonly token?: () => string;
  readonly tls?: WebTls;
}

const MAX_ANSWER_BYTES = 32 * 1024 * 1024;
/** Bytes decoded between two looks at the clock. */
const PIECE_BYTES = 32 * 1024;
const MEND = 'correct its address: what stands before /api/v2';

function addressOf(base: string, path: string): string {
  const url = URL.parse(base);
  if (url === null) {
    const message = `${sanitizeLine(redactText(base))} is no address`;
    throw new OperatorError('failed', message, 'write http://host:port, or https://');
  }
  url.pathname = `${url.pathname.replace(/\/+$/, '')}${path}`;
  url.search = '';
  url.hash = '';
  return url.href;
}

function notOne(url: string, why: string): OperatorError {
  return new OperatorError('garbage', `What answers at ${url} is no Alertmanager: ${why}`, MEND);
}

function check({ status, url }: WebAnswer): void {
  if (status === 200) return;
  if (status === 401 || status === 403) {
    const message = `${url} answered ${status}: it wants to know who asks`;
    throw new OperatorError('denied', message, 'give it a token, or credentials in its address');
  }
  if (status >= 500) {
    const message = `${url} answered ${status}: Alertmanager cannot tell its alerts now`;
    throw new OperatorError('failed', message, 'see its own log');
  }
  throw notOne(url, `it answered ${status}`);
}

/** Parses and decodes a list in slices short enough for the screen; what is no element is left out. */
async function decodeList<T>(
  { chunks, url }: WebAnswer,
  decode: (value: unknown) => T | null,
  signal: AbortSignal,
): Promise<readonly T[]> {
  const decoder = new TextDecoder();
  const list = elements();
  const turns = takeTurns();
  const decoded: T[] = [];
  let told = 0;
  const take = async (piece: string) => {
    for (const text of list.feed(piece)) {
      told += 1;
      const value = decode(parsed(text, url));
      if (value !== null) decoded.push(value);
      if (!turns.due()) continue;
      await turns.next();
      signal.throwIfAborted();
    }
  };
  for (const chunk of chunks) {
    for (let at = 0; at < chunk.length; at += PIECE_BYTES) {
      await take(decoder.decode(chunk.subarray(at, at + PIECE_BYTES), { stream: true }));
    }
  }
  await take(decoder.decode());
  if (!list.whole) throw notOne(url, 'its answer is no list');
  if (told > 0 && decoded.length === 0) throw notOne(url, 'nothing in its list is of this API');
  return decoded;
}

function parsed(text: string, url: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    throw notOne(url, 'its answer is no JSON');
  }
}

/**
 * Reads one list of the v2 API.
 * @param path after the address
 * @throws OperatorError in words; the caller's own reason when it aborted
 */
export async function readList<T>(
  options: AlertmanagerOptions,
  path: string,
  decode: (value: unknown) => T | null,
  signal: AbortSignal,
): Promise<readonly T[]> {
  const { timeoutMs, tls, token } = options;
  const authorization = token === undefined ? {} : { authorization: `Bearer ${token()}` };
  const answer = await webRequest(
    {
      url: addressOf(options.url, path),
      headers: { accept: 'application/json', ...authorization },
      timeoutMs,
      maxBytes: MAX_ANSWER_BYTES,
      ...(tls === undefined ? {} : { tls }),
    },
    signal,
  );
  check(answer);
  return decodeList(answer, decode, signal);
}
