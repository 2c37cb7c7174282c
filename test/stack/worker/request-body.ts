import type { IncomingMessage } from 'node:http';

const longestText = 10_000;
const longestBodyBytes = 1_000_000;

type Body = Readonly<Record<string, unknown>>;

/** Reads a body. @throws Error when it is larger than any request could be */
export async function bodyOf(request: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of request as AsyncIterable<Buffer>) {
    size += chunk.length;
    if (size > longestBodyBytes) throw new Error('body too large');
    chunks.push(chunk);
  }
  return Buffer.concat(chunks).toString('utf8');
}

function invalid(type: string, loc: string[], msg: string, input: unknown): Body {
  return { detail: [{ type, loc, msg, input }] };
}

/** The text of a body, or the 422 answer pydantic would give. */
export function textOf(body: string): { text: string } | { refusal: Body } {
  let parsed: unknown;
  try {
    parsed = JSON.parse(body);
  } catch {
    return { refusal: invalid('json_invalid', ['body', '0'], 'JSON decode error', {}) };
  }
  const at = ['body', 'text'];
  const text = parsed !== null && typeof parsed === 'object' ? Reflect.get(parsed, 'text') : null;
  if (text === undefined || text === null) {
    return { refusal: invalid('missing', at, 'Field required', parsed) };
  }
  if (typeof text !== 'string') {
    return { refusal: invalid('string_type', at, 'Input should be a valid string', text) };
  }
  if (text.length > longestText) {
    const words = `String should have at most ${longestText} characters`;
    return { refusal: invalid('string_too_long', at, words, text) };
  }
  if (text.trim() === '') {
    return { refusal: invalid('value_error', at, 'Value error, Text cannot be empty', text) };
  }
  return { text };
}
