import { allOf, parseAnswer, parseRows } from './lines.ts';
import { type Query, read } from './request.ts';
import type { Transport } from './transport.ts';

/** An answer of so many bytes is parsed in one piece: it takes no longer than a slice of work may. */
const ONE_PIECE_BYTES = 512 * 1024;

/** Rejects when `signal` is aborted. */
export function aborted(signal: AbortSignal): Promise<never> {
  return new Promise((_resolve, reject) => {
    const end = () => reject(signal.reason);
    if (signal.aborted) end();
    else signal.addEventListener('abort', end, { once: true });
  });
}

/** The whole of an answer. */
export async function answerTo(
  transport: Transport,
  query: Query,
  signal: AbortSignal,
): Promise<Buffer> {
  return allOf(await read(transport, query, signal), signal);
}

type Asking = Parameters<typeof answerTo>;

/** Asks for an answer in JSON; null, which no decoder takes, where it is none. */
export async function ask(...asking: Asking): Promise<unknown> {
  return parseAnswer(await answerTo(...asking));
}

/** Asks for a JSON array that may be long; anything else, which no decoder takes, where it is none. */
export async function askRows(...asking: Asking): Promise<unknown> {
  const bytes = await answerTo(...asking);
  return bytes.length <= ONE_PIECE_BYTES ? parseAnswer(bytes) : parseRows(bytes);
}
