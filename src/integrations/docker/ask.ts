import { allOf, parseAnswer, parseRows } from './lines.ts';

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

/** The whole of an answer. Read here: the library would never tell of one that breaks off. */
export async function answerTo(
  modem: Modem,
  path: string,
  options: Readonly<Record<string, unknown>>,
  abortSignal: AbortSignal,
): Promise<Buffer> {
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
  return allOf(answer, abortSignal);
}

type Asking = Parameters<typeof answerTo>;

/** Asks for an answer in JSON; null, which no decoder takes, where it is none. */
export async function ask(...asking: Asking): Promise<unknown> {
  return parseAnswer(await answerTo(...asking));
}

/** Asks for a JSON array that may be long; null, which no decoder takes, where it is none. */
export async function askRows(...asking: Asking): Promise<readonly unknown[] | null> {
  return parseRows(await answerTo(...asking));
}
