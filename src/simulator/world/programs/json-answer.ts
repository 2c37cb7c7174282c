import type { HttpAnswer } from '../http.ts';

/** An answer in JSON. */
export function jsonAnswer(
  status: number,
  body: unknown,
  tookMs: number,
  headers: HttpAnswer['headers'] = {},
): HttpAnswer {
  const type = { 'content-type': 'application/json' };
  return { status, headers: { ...type, ...headers }, body: JSON.stringify(body), tookMs };
}
