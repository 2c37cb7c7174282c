import * as z from 'zod';
import { OperatorError } from '../../domain/operator-error.ts';
import { sanitizeLine } from '../../domain/sanitize.ts';
import { shellWords } from '../../domain/shell-word.ts';
import type { Address, RunContext } from '../contract.ts';
import { send } from './client.ts';
import { disappointment, type Expectation } from './expectation.ts';

const DEFAULT_TIMEOUT_MS = 5000;

const scalar = z.union([z.string(), z.number(), z.boolean(), z.null()]);
const status = z.coerce.number().int().min(100).max(599);

/** What is expected of an answer; a success when nothing is said. */
const expectation = z.strictObject({
  status: z.union([z.array(status).min(1), status]).optional(),
  json: z.record(z.string(), scalar).optional().describe('by path, e.g. checks.database: true'),
  headers: z.record(z.string(), z.string()).optional().describe('`/…/` is a regular expression'),
  body: z.string().optional().describe('text it holds; `/…/` is a regular expression'),
  maxLatencyMs: z.coerce.number().positive().optional(),
});

/** One request to a role. */
export const requestInput = {
  service: z.string().describe('the role to ask'),
  port: z.coerce.number().int().min(1).max(65_535),
  method: z.enum(['GET', 'HEAD', 'POST']).default('GET'),
  path: z.string().startsWith('/'),
  body: z.unknown().optional().describe('text as it is, anything else as JSON'),
  headers: z.record(z.string(), z.string()).default({}),
  timeoutMs: z.coerce.number().int().min(1).max(60_000).default(DEFAULT_TIMEOUT_MS),
  expect: expectation.default({}),
};
const request = z.strictObject(requestInput);
export type Request = z.output<typeof request>;

export const response = z.object({
  /** Null when there was no complete answer. */
  status: z.number().nullable(),
  /** As expected; answered with 200 to 299 when nothing is expected. */
  ok: z.boolean(),
  /** Why not, in words. */
  because: z.string().nullable(),
  latencyMs: z.number(),
  /** The answer as JSON; null when it is none. */
  json: z.unknown(),
  /** By lower-case name. */
  headers: z.record(z.string(), z.string()),
  /** Why there was no answer, in words. */
  error: z.string().nullable(),
});
export type Response = z.output<typeof response>;

function bodyOf({ body }: Request): string | null {
  if (body === undefined || body === null) return null;
  return typeof body === 'string' ? body : JSON.stringify(body);
}

function headersOf({ body, headers }: Request): Record<string, string> {
  const isJson = body !== undefined && typeof body !== 'string';
  return { ...(isJson ? { 'content-type': 'application/json' } : {}), ...headers };
}

/** The same request with curl, on one line. */
export function curl(input: Request, service: string): string {
  const body = bodyOf(input);
  const words = ['curl', '-s'];
  if (input.method !== 'GET') words.push('-X', input.method);
  for (const [name, value] of Object.entries(headersOf(input)))
    words.push('-H', `${name}: ${value}`);
  if (body !== null) words.push('-d', body);
  words.push(`http://${service}:${input.port}${input.path}`);
  return sanitizeLine(shellWords(words));
}

function expected({ expect }: Request): Expectation {
  const { body, headers, json, maxLatencyMs, status: wanted } = expect;
  return {
    ...(wanted === undefined ? {} : { status: wanted }),
    ...(json === undefined ? {} : { json }),
    ...(headers === undefined ? {} : { headers }),
    ...(body === undefined ? {} : { body }),
    ...(maxLatencyMs === undefined ? {} : { maxLatencyMs }),
  };
}

function unanswered(thrown: unknown, latencyMs: number): Response {
  if (!(thrown instanceof OperatorError)) throw thrown;
  const { message } = thrown;
  const none = { status: null, ok: false, json: null, headers: {} };
  return { ...none, because: message, error: message, latencyMs };
}

async function ask(
  input: Request,
  { host, port }: Address,
  signal: AbortSignal,
): Promise<Response> {
  const startedAt = performance.now();
  const body = bodyOf(input);
  try {
    const answer = await send(
      {
        url: `http://${host.includes(':') ? `[${host}]` : host}:${port}${input.path}`,
        method: input.method,
        headers: headersOf(input),
        timeoutMs: input.timeoutMs,
        ...(body === null ? {} : { body }),
      },
      signal,
    );
    const { headers, json, latencyMs, status: got } = answer;
    const location = got >= 300 && got <= 399 ? (headers['location'] ?? null) : null;
    const judged = { status: got, json, text: answer.text(), latencyMs, location, headers };
    const because = disappointment(judged, expected(input));
    return { status: got, ok: because === null, because, latencyMs, json, headers, error: null };
  } catch (thrown) {
    return unanswered(thrown, performance.now() - startedAt);
  }
}

/** Asks a role once. Never throws for what the role does: even its address may be missing. */
export async function askRole(input: Request, context: RunContext): Promise<Response> {
  let address: Address;
  try {
    address = await context.address(input.service, input.port);
  } catch (thrown) {
    return unanswered(thrown, 0);
  }
  return await ask(input, address, context.signal);
}
