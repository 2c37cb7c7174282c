import { asOperatorError, OperatorError } from '../domain/operator-error.ts';
import type { Need, RunContext } from '../integrations/contract.ts';
import { renderValues } from '../templates/template.ts';
import { valueText } from '../templates/template-values.ts';
import type { Catalogue } from './catalogue.ts';
import { isOfRun, type ReliedCall } from './relied.ts';
import { resultNeeds } from './verify-result.ts';
import type { LiveSignals } from './verify-signal.ts';

/** What holding runbooks against a region takes. */
export interface VerifyContext {
  readonly catalogue: Catalogue;
  /** The region, for one call that ends when `signal` says so. */
  reach(signal: AbortSignal): RunContext;
  readonly live: LiveSignals;
  readonly region: string;
}

/** What one look told. */
export interface Looked {
  readonly needs: readonly Need[];
  /** The probe's answer, where it was read. */
  readonly result?: unknown;
}

/** Longest one look may take. */
const LOOK_TIMEOUT_MS = 10_000;

/**
 * Looks up what a probe or action relies on: the role it names, and what it says itself; else a probe is
 * read and an action previewed. Changes nothing and never throws.
 */
export async function lookUp(
  context: VerifyContext,
  call: ReliedCall,
  signal: AbortSignal,
): Promise<Looked> {
  const ended = new AbortController();
  const limit = AbortSignal.any([signal, ended.signal]);
  const reach = context.reach(limit);
  const late = new OperatorError('timeout', `no answer within ${LOOK_TIMEOUT_MS / 1000} s`);
  const timer = reach.clock.after(LOOK_TIMEOUT_MS, () => ended.abort(late));
  const roles = boundRoles(call, reach);
  try {
    const { needs, ...rest } = await Promise.race([ask(context, call, reach), aborted(limit)]);
    return { needs: [...roles, ...needs], ...rest };
  } catch (thrown) {
    // A role that is bound to nothing has said so already.
    const isSaid = roles.some(({ state }) => state === 'missing');
    return { needs: isSaid ? roles : [...roles, failed(call, thrown)] };
  } finally {
    timer.cancel();
    ended.abort();
  }
}

function aborted(signal: AbortSignal): Promise<never> {
  return new Promise((_, reject) => {
    if (signal.aborted) reject(signal.reason);
    signal.addEventListener('abort', () => reject(signal.reason), { once: true });
  });
}

async function ask(
  { catalogue, live, region }: VerifyContext,
  call: ReliedCall,
  reach: RunContext,
): Promise<Looked> {
  const probe = call.kind === 'probe' ? catalogue.probe(call.id) : undefined;
  const action = call.kind === 'action' ? catalogue.action(call.id) : undefined;
  const offered = probe ?? action;
  const what = callWords(call);
  if (offered === undefined) {
    throw new OperatorError('missing', `there is no ${call.kind} ${call.id} here`);
  }
  if (isOfRun(call.with)) {
    const suggestion = 'what it is given comes from the run';
    return { needs: [{ what, found: null, state: 'unknown', suggestion }] };
  }
  const run = { id: 'verify', incident: 'none', region, attempt: 1, now: reach.clock.now() };
  const input = offered.input.parse(renderValues(call.with, { signals: live.values, run }));
  if (offered.needs !== undefined) return { needs: await offered.needs(input, reach) };
  if (action !== undefined) {
    const { command } = await action.preview(input, reach);
    return { needs: [{ what, found: command, state: 'ok', suggestion: null }] };
  }
  if (probe === undefined) return { needs: [] };
  const command = probe.command(input, reach);
  const result = await probe.read(input, reach);
  return { needs: resultNeeds(what, command, result), result };
}

/** What the role that a call names is bound to. */
function boundRoles(call: ReliedCall, reach: RunContext): readonly Need[] {
  const { service } = call.with;
  if (typeof service !== 'string' || isOfRun(service)) return [];
  const what = `role ${service}`;
  try {
    const { project, service: found, services = [found], found: by } = reach.bind(service);
    const words = `${services.join(', ')} of project ${project}`;
    if (by !== 'likeness') return [{ what, found: words, state: 'ok', suggestion: null }];
    const binding = `services: { ${service}: ${found} }`;
    const suggestion = `it is a guess; write \`${binding}\` in the region if it is right`;
    return [{ what, found: words, state: 'guessed', suggestion }];
  } catch (thrown) {
    const { message, mend } = asOperatorError(thrown);
    return [{ what, found: null, state: 'missing', suggestion: joined(message, mend) }];
  }
}

function failed(call: ReliedCall, thrown: unknown): Need {
  const { kind, message, mend } = asOperatorError(thrown);
  const states: Readonly<Record<string, Need['state']>> = {
    denied: 'forbidden',
    missing: 'missing',
  };
  const state = states[kind] ?? 'unknown';
  return { what: callWords(call), found: null, state, suggestion: joined(message, mend) };
}

const joined = (message: string, mend: string | null): string =>
  mend === null ? message : `${message}; ${mend}`;

function callWords({ id, with: input }: ReliedCall): string {
  const words = Object.entries(input).map(([name, value]) => `${name}=${valueText(value)}`);
  return [id, ...words].join(' ');
}
