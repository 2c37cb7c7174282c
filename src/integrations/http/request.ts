import * as z from 'zod';
import { OperatorError } from '../../domain/operator-error.ts';
import { sanitizeLine } from '../../domain/sanitize.ts';
import { shellWords } from '../../domain/shell-word.ts';
import { steadyMs } from '../../domain/time-limit.ts';
import type { Address, RunContext } from '../contract.ts';
import type { Outside } from '../web/outside.ts';
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

const webAddress = z
  .string()
  .max(2000)
  .refine(isWebAddress, 'must be an address such as https://shop.example/health')
  .describe('an address to ask as users come in, instead of `service`, `port` and `path`');

/** One request to a role, or to an address. */
export const requestInput = {
  service: z.string().optional().describe('the role to ask'),
  port: z.coerce.number().int().min(1).max(65_535).optional(),
  url: webAddress.optional(),
  method: z.enum(['GET', 'HEAD', 'POST']).default('GET'),
  path: z.string().startsWith('/').optional(),
  body: z.unknown().optional().describe('text as it is, anything else as JSON'),
  headers: z.record(z.string(), z.string()).default({}),
  timeoutMs: z.coerce.number().int().min(1).max(60_000).default(DEFAULT_TIMEOUT_MS),
  expect: expectation.default({}),
};
const request = z.strictObject(requestInput);
export type Request = z.output<typeof request>;

/** Where a request goes: a port of a role, or an address. */
type Place =
  | { readonly service: string; readonly port: number; readonly path: string }
  | { readonly url: string };

function isWebAddress(text: string): boolean {
  // Three slashes, as of a name that was left empty, would take the path for the host.
  if (!/^https?:\/\/[^/]/i.test(text) || !URL.canParse(text)) return false;
  return new URL(text).username === '';
}

function wellPlaced({ path, port, service, url }: Partial<Request>): boolean {
  const parts = [service, port, path].filter((part) => part !== undefined);
  return url === undefined ? parts.length === 3 : parts.length === 0;
}

/** Holds a schema to exactly one place. */
export function placed<T extends z.ZodType<Partial<Request>>>(schema: T): T {
  return schema.refine(wellPlaced, {
    error: 'must name `service`, `port` and `path`, or `url`',
  });
}

export function placeOf({ path, port, service, url }: Request): Place {
  if (url !== undefined) return { url };
  return { service: service ?? '', port: port ?? 0, path: path ?? '/' };
}

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
export function curl(input: Request, context: Pick<RunContext, 'bind'>): string {
  const body = bodyOf(input);
  const words = ['curl', '-s'];
  if (input.method !== 'GET') words.push('-X', input.method);
  for (const [name, value] of Object.entries(headersOf(input)))
    words.push('-H', `${name}: ${value}`);
  if (body !== null) words.push('-d', body);
  const place = placeOf(input);
  words.push(
    'url' in place
      ? place.url
      : `http://${context.bind(place.service).service}:${place.port}${place.path}`,
  );
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

/** How an address is reached that is no role's. */
async function fromOutside(outside: Outside | null) {
  const ca = (await outside?.authority()) ?? null;
  return { ...(outside === null ? {} : { outside }), ...(ca === null ? {} : { tls: { ca } }) };
}

async function ask(
  input: Request,
  url: string,
  signal: AbortSignal,
  outside: Outside | null = null,
): Promise<Response> {
  const startedAt = steadyMs();
  const body = bodyOf(input);
  try {
    const answer = await send(
      {
        url,
        method: input.method,
        headers: headersOf(input),
        timeoutMs: input.timeoutMs,
        ...(body === null ? {} : { body }),
        ...(await fromOutside(outside)),
      },
      signal,
    );
    const { headers, json, latencyMs, status: got } = answer;
    const location = got >= 300 && got <= 399 ? (headers['location'] ?? null) : null;
    const judged = { status: got, json, text: answer.text(), latencyMs, location, headers };
    const because = disappointment(judged, expected(input));
    return { status: got, ok: because === null, because, latencyMs, json, headers, error: null };
  } catch (thrown) {
    return unanswered(thrown, steadyMs() - startedAt);
  }
}

/** Asks once. Never throws for what the other side does: even a role's address may be missing. */
export async function askOnce(
  input: Request,
  context: RunContext,
  outside: Outside | null,
): Promise<Response> {
  const place = placeOf(input);
  if ('url' in place) return ask(input, place.url, context.signal, outside);
  let address: Address;
  try {
    address = await context.address(place.service, place.port);
  } catch (thrown) {
    return unanswered(thrown, 0);
  }
  const host = address.host.includes(':') ? `[${address.host}]` : address.host;
  return await ask(input, `http://${host}:${address.port}${place.path}`, context.signal);
}
