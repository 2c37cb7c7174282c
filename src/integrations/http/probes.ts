import * as z from 'zod';
import { OperatorError } from '../../domain/operator-error.ts';
import { sanitizeLine } from '../../domain/sanitize.ts';
import type { Address, Probe, RunContext } from '../contract.ts';
import { defineProbe } from '../contract.ts';
import { send } from './client.ts';

const MAX_TIMES = 20;
const DEFAULT_TIMEOUT_MS = 5000;

const input = z.strictObject({
  service: z.string().describe('the role to ask'),
  port: z.coerce.number().int().min(1).max(65_535),
  method: z.enum(['GET', 'HEAD', 'POST']).default('GET'),
  path: z.string().startsWith('/'),
  body: z.unknown().optional().describe('text as it is, anything else as JSON'),
  headers: z.record(z.string(), z.string()).default({}),
  times: z.coerce.number().int().min(1).max(MAX_TIMES).default(1),
  timeoutMs: z.coerce.number().int().min(1).max(60_000).default(DEFAULT_TIMEOUT_MS),
});
type Input = z.output<typeof input>;

const response = z.object({
  /** Null when there was no complete answer. */
  status: z.number().nullable(),
  /** Answered with 200 to 299. */
  ok: z.boolean(),
  latencyMs: z.number(),
  /** The answer as JSON; null when it is none. */
  json: z.unknown(),
  /** Why there was no answer, in words. */
  error: z.string().nullable(),
});
type Response = z.output<typeof response>;

const result = z.object({
  responses: z.array(response),
  first: response.nullable(),
  /** Null when only one request was made. */
  second: response.nullable(),
  /** Requests without a success, the unanswered ones included. */
  failures: z.number(),
  /** The statuses in order; null for an unanswered request. */
  statuses: z.array(z.number().nullable()),
});

function bodyOf({ body }: Input): string | null {
  if (body === undefined || body === null) return null;
  return typeof body === 'string' ? body : JSON.stringify(body);
}

function headersOf(input: Input): Record<string, string> {
  const isJson = input.body !== undefined && typeof input.body !== 'string';
  return { ...(isJson ? { 'content-type': 'application/json' } : {}), ...input.headers };
}

/** A word of a shell command, quoted where the shell would read it otherwise. */
function quoted(word: string): string {
  return /^[\w@%+=:,./-]+$/.test(word) ? word : `'${word.replaceAll("'", "'\\''")}'`;
}

function curl(input: Input, service: string): string {
  const body = bodyOf(input);
  const words = ['curl', '-s'];
  if (input.method !== 'GET') words.push('-X', input.method);
  for (const [name, value] of Object.entries(headersOf(input)))
    words.push('-H', `${name}: ${value}`);
  if (body !== null) words.push('-d', body);
  words.push(`http://${service}:${input.port}${input.path}`);
  const once = words.map(quoted).join(' ');
  return sanitizeLine(input.times === 1 ? once : `${once}   # ${input.times} times`);
}

async function ask(input: Input, { host, port }: Address, signal: AbortSignal): Promise<Response> {
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
    const { json, latencyMs, status } = answer;
    return { status, ok: status >= 200 && status <= 299, latencyMs, json, error: null };
  } catch (thrown) {
    if (!(thrown instanceof OperatorError)) throw thrown;
    const latencyMs = performance.now() - startedAt;
    return { status: null, ok: false, latencyMs, json: null, error: thrown.message };
  }
}

/** As `ask`, where even the address may be missing: a service that is down has none. */
async function askRole(input: Input, context: RunContext): Promise<Response> {
  try {
    return await ask(input, await context.address(input.service, input.port), context.signal);
  } catch (thrown) {
    if (!(thrown instanceof OperatorError)) throw thrown;
    return { status: null, ok: false, latencyMs: 0, json: null, error: thrown.message };
  }
}

/** The probes of this integration. */
export function httpProbes(): Probe[] {
  return [
    /**
     * `http.request`: asks a role 1 to 20 times, one after the other. A probe runs unasked, so it
     * is for requests that are idempotent or harmless: a POST to an inference endpoint is, an order is
     * not. An unanswered request is a failure in the result, not an error.
     */
    defineProbe({
      id: 'http.request',
      title: 'HTTP request',
      input,
      result,
      command: (values, context) => curl(values, context.bind(values.service).service),
      async read(values, context) {
        context.bind(values.service);
        const responses: Response[] = [];
        for (let count = 0; count < values.times; count += 1) {
          responses.push(await askRole(values, context));
        }
        return {
          responses,
          first: responses[0] ?? null,
          second: responses[1] ?? null,
          failures: responses.filter(({ ok }) => !ok).length,
          statuses: responses.map(({ status }) => status),
        };
      },
    }),
  ];
}
