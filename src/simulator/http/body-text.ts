import type { IncomingMessage } from 'node:http';

const MAX_BYTES = 1_000_000;

/** The text of a request's body. @throws Error when it is too large */
export async function bodyText(request: IncomingMessage): Promise<string> {
  const parts: Buffer[] = [];
  let bytes = 0;
  for await (const part of request as AsyncIterable<Buffer>) {
    bytes += part.length;
    if (bytes > MAX_BYTES) throw new Error('the body is too large');
    parts.push(part);
  }
  return Buffer.concat(parts).toString('utf8');
}
