import * as z from 'zod';
import { asOperatorError } from '../../domain/operator-error.ts';
import type { Need, Probe, RunContext } from '../contract.ts';
import { defineProbe } from '../contract.ts';
import { asEverybody, type GetOutside, type Outside } from '../web/outside.ts';
import {
  askOnce,
  curl,
  placed,
  placeOf,
  type Request,
  type Response,
  requestInput,
  response,
} from './request.ts';

const MAX_TIMES = 50;
const MAX_CONCURRENCY = 10;
const NINETY_FIFTH = 0.95;

const several = placed(
  z.strictObject({
    ...requestInput,
    times: z.coerce.number().int().min(1).max(MAX_TIMES).default(1),
    concurrency: z.coerce.number().int().min(1).max(MAX_CONCURRENCY).default(1),
  }),
);
type Several = z.output<typeof several>;

const severalResult = z.object({
  responses: z.array(response),
  first: response.nullable(),
  /** Null when only one request was made. */
  second: response.nullable(),
  /** All were as expected. */
  ok: z.boolean(),
  /** Why the first that was not was not. */
  because: z.string().nullable(),
  /** Requests that were not as expected, the unanswered ones included. */
  failures: z.number(),
  /** The statuses in order; null for an unanswered request. */
  statuses: z.array(z.number().nullable()),
  /** Of those answered; null when none was. */
  medianMs: z.number().nullable(),
  p95Ms: z.number().nullable(),
  slowestMs: z.number().nullable(),
});

/** Asks `times` times, `concurrency` at once; the answers stand in the order they were asked for. */
async function askAll(
  input: Several,
  context: RunContext,
  outside: Outside | null,
): Promise<Response[]> {
  const { concurrency, times, ...request } = input;
  const answers: Response[] = [];
  let next = 0;
  const worker = async () => {
    while (next < times) {
      const index = next;
      next += 1;
      answers[index] = await askOnce(request, context, outside);
    }
  };
  await Promise.all(Array.from({ length: Math.min(concurrency, times) }, worker));
  return answers;
}

/** The smallest time that a share of the requests did not exceed. */
function quantile(sorted: readonly number[], share: number): number | null {
  return sorted[Math.max(0, Math.ceil(sorted.length * share) - 1)] ?? null;
}

function summary(responses: Response[]): z.output<typeof severalResult> {
  const answered = responses.filter(({ status }) => status !== null);
  const times = answered.map(({ latencyMs }) => latencyMs).sort((a, b) => a - b);
  const failed = responses.filter(({ ok }) => !ok);
  return {
    responses,
    first: responses[0] ?? null,
    second: responses[1] ?? null,
    ok: failed.length === 0,
    because: failed[0]?.because ?? null,
    failures: failed.length,
    statuses: responses.map(({ status }) => status),
    medianMs: quantile(times, 0.5),
    p95Ms: quantile(times, NINETY_FIFTH),
    slowestMs: times.at(-1) ?? null,
  };
}

/** @throws OperatorError for a role that is nothing here */
function bound(input: Request, context: RunContext): void {
  const place = placeOf(input);
  if ('service' in place) context.bind(place.service);
}

/** Whether a port can be dialled now; nothing is sent to it, for a request may do something. */
async function portNeeds(input: Request, context: RunContext): Promise<readonly Need[]> {
  const place = placeOf(input);
  if ('url' in place) {
    const suggestion = 'it is asked when a run comes to it';
    return [{ what: place.url, found: null, state: 'unknown', suggestion }];
  }
  const { port, service } = place;
  const what = `port ${port} of ${service}`;
  try {
    const { host, port: reached } = await context.address(service, port);
    return [{ what, found: `${host}:${reached}`, state: 'ok', suggestion: null }];
  } catch (thrown) {
    const { message, mend } = asOperatorError(thrown);
    const suggestion = mend === null ? message : `${message}; ${mend}`;
    return [{ what, found: null, state: 'missing', suggestion }];
  }
}

/**
 * `http.request`: asks a role, or an address, 1 to 50 times, 1 to 10 at once. A probe runs unasked, so it is for
 * requests that are idempotent or harmless: a POST to an inference endpoint is, an order is not. An
 * unanswered request is a failure in the result, not an error.
 */
function requestProbe(outside: GetOutside): Probe {
  return defineProbe({
    id: 'http.request',
    title: 'HTTP request',
    input: several,
    result: severalResult,
    command({ concurrency, times, ...request }, context) {
      const once = curl(request, context);
      if (times === 1) return once;
      return `${once}   # ${times} times${concurrency === 1 ? '' : `, ${concurrency} at once`}`;
    },
    async read(input, context) {
      bound(input, context);
      return summary(await askAll(input, context, outside()));
    },
    needs: portNeeds,
  });
}

/** `http.check`: asks a role, or an address, once and holds its answer against what is expected. */
function checkProbe(outside: GetOutside): Probe {
  return defineProbe({
    id: 'http.check',
    title: 'HTTP check',
    input: placed(z.strictObject(requestInput)),
    result: response,
    command: curl,
    read(input, context) {
      bound(input, context);
      return askOnce(input, context, outside());
    },
    needs: portNeeds,
  });
}

/** The probes of this integration. @param outside how addresses that are no role's are reached */
export function httpProbes(outside: GetOutside = asEverybody): Probe[] {
  return [requestProbe(outside), checkProbe(outside)];
}
