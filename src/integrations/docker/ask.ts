import { allOf, parseAnswer } from './lines.ts';

/** The part of the client library that sends a request. */
interface Modem {
  dial(options: object, answered: (thrown: unknown, stream?: unknown) => void): void;
}

/** Rejects when `signal` is aborted. */
export function aborted(signal: AbortSignal): Promise<never> {
  return new Promise((_resolve, reject) => {
    const end = () => reject(signal.reason);
    if (signal.aborted) end();
    else signal.addEventListener('abort', end, { once: true });
  });
}

/**
 * Asks for an answer in JSON. Read here: the library would never tell of one that breaks off, nor
 * bound its length.
 */
export async function ask(
  modem: Modem,
  path: string,
  options: Readonly<Record<string, unknown>>,
  abortSignal: AbortSignal,
): Promise<unknown> {
  const answer = await new Promise<NodeJS.ReadableStream>((resolve, reject) => {
    const query = Object.keys(options).length === 0 ? '' : '?';
    const how = { method: 'GET', isStream: true, statusCodes: { 200: true }, abortSignal };
    modem.dial(
      { ...how, path: `${path}${query}`, options },
      (thrown: unknown, stream?: unknown) => {
        if (stream === undefined || stream === null) reject(thrown);
        else resolve(stream as NodeJS.ReadableStream);
      },
    );
  });
  return parseAnswer(await allOf(answer, abortSignal));
}
