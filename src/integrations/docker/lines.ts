import { OperatorError } from '../../domain/operator-error.ts';
import { elements } from '../web/elements.ts';
import { takeTurns } from '../web/turns.ts';

/** Longer than any event an engine sends. */
const MAX_LINE_LENGTH = 1024 * 1024;
const MAX_ANSWER_BYTES = 128 * 1024 * 1024;

/**
 * Calls `seen` for every chunk of `stream` until it ends; the stream is destroyed when `signal` is
 * aborted or `seen` throws.
 */
export async function eachChunk(
  stream: NodeJS.ReadableStream,
  seen: (chunk: Buffer) => void,
  signal: AbortSignal,
): Promise<void> {
  const destroy = () => {
    if ('destroy' in stream && typeof stream.destroy === 'function') stream.destroy();
  };
  signal.addEventListener('abort', destroy, { once: true });
  if (signal.aborted) destroy();
  try {
    for await (const chunk of stream) {
      // One that was given up still has chunks to give.
      if (signal.aborted) return;
      seen(Buffer.isBuffer(chunk) ? chunk : Buffer.from(chunk));
    }
  } finally {
    signal.removeEventListener('abort', destroy);
    destroy();
  }
}

/**
 * All that `stream` gives.
 * @throws OperatorError('garbage') when it is more than an engine with 50,000 containers sends
 */
export async function allOf(stream: NodeJS.ReadableStream, signal: AbortSignal): Promise<Buffer> {
  const chunks: Buffer[] = [];
  let bytes = 0;
  await eachChunk(
    stream,
    (chunk) => {
      bytes += chunk.length;
      if (bytes > MAX_ANSWER_BYTES) {
        throw new OperatorError('garbage', "The engine's answer is longer than 128 MiB");
      }
      chunks.push(chunk);
    },
    signal,
  );
  signal.throwIfAborted();
  return Buffer.concat(chunks);
}

/** The JSON in an answer; null, which no decoder takes, where it is none. */
export function parseAnswer(bytes: Buffer): unknown {
  try {
    return JSON.parse(bytes.toString('utf8'));
  } catch {
    return null;
  }
}

/** Of a long answer so much is cut into rows at a time. */
const PIECE_BYTES = 64 * 1024;

/**
 * The rows of a JSON array, parsed one by one in slices: the screen goes on while thousands are read.
 * Null, which no decoder takes, where the answer is no array.
 */
export async function parseRows(bytes: Buffer): Promise<readonly unknown[] | null> {
  const cut = elements();
  const turns = takeTurns();
  const decoder = new TextDecoder();
  const rows: unknown[] = [];
  for (let at = 0; at < bytes.length; at += PIECE_BYTES) {
    const piece = decoder.decode(bytes.subarray(at, at + PIECE_BYTES), { stream: true });
    for (const text of cut.feed(piece)) {
      try {
        rows.push(JSON.parse(text));
      } catch {
        return null;
      }
      if (turns.due()) await turns.next();
    }
    if (turns.due()) await turns.next();
  }
  return cut.whole ? rows : null;
}

/** As `eachChunk`, by lines that hold something. */
export async function eachLine(
  stream: NodeJS.ReadableStream,
  seen: (line: string) => void,
  signal: AbortSignal,
): Promise<void> {
  const decoder = new TextDecoder();
  let rest = '';
  await eachChunk(
    stream,
    (chunk) => {
      const lines = (rest + decoder.decode(chunk, { stream: true })).split('\n');
      rest = lines.pop() ?? '';
      if (rest.length > MAX_LINE_LENGTH) {
        throw new OperatorError('garbage', "A line of the engine's events never ends");
      }
      for (const line of lines) if (line.trim() !== '') seen(line);
    },
    signal,
  );
}
