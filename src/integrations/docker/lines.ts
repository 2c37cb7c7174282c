import { OperatorError } from '../../domain/operator-error.ts';

/** Longer than any event an engine sends. */
const MAX_LINE_LENGTH = 1024 * 1024;

/**
 * Calls `seen` for every line of `stream` until it ends; the stream is destroyed when `signal` is
 * aborted or `seen` throws.
 */
export async function eachLine(
  stream: NodeJS.ReadableStream,
  seen: (line: string) => void,
  signal: AbortSignal,
): Promise<void> {
  const destroy = () => {
    if ('destroy' in stream && typeof stream.destroy === 'function') stream.destroy();
  };
  signal.addEventListener('abort', destroy, { once: true });
  if (signal.aborted) destroy();
  let rest = '';
  try {
    stream.setEncoding('utf8');
    for await (const chunk of stream) {
      const lines = (rest + String(chunk)).split('\n');
      rest = lines.pop() ?? '';
      if (rest.length > MAX_LINE_LENGTH) {
        throw new OperatorError('garbage', "A line of the engine's events never ends");
      }
      for (const line of lines) if (line.trim() !== '') seen(line);
    }
  } finally {
    signal.removeEventListener('abort', destroy);
    destroy();
  }
}
