import type { BreakerState } from '../../domain/breaker.ts';
import { OperatorError } from '../../domain/operator-error.ts';
import type { ReportedBreaker } from '../../domain/reported-breaker.ts';
import { sanitizeLine } from '../../domain/sanitize.ts';

/** Breakers taken from one answer. */
export const REPORTED_MAX = 500;
const SHOWN_MAX = 60;
/** Smaller times are no times since 1970 but counters or waiting times. */
const EPOCH_SECONDS_MIN = 1e9;
/** Larger times are milliseconds. */
const EPOCH_SECONDS_MAX = 1e11;

/** Where an answer tells what: names joined by dots. */
export interface BreakersShape {
  /** Where the breakers are: a list, a map by name, or one breaker; empty for the whole answer. */
  readonly list: string;
  readonly fields: {
    /** Null where its key or its place names it. */
    readonly name: string | null;
    readonly state: string;
    readonly failures: string;
    readonly since: string | null;
    readonly nextAttempt: string;
  };
  /** Words of this system for the three states, beside the usual ones. */
  readonly states: Readonly<Record<string, BreakerState>>;
}

/** What an answer tells, and what of it could not be understood, in words. */
export interface DecodedBreakers {
  readonly breakers: readonly ReportedBreaker[];
  readonly problems: readonly string[];
}

const usual: Readonly<Record<string, BreakerState>> = {
  closed: 'closed',
  open: 'open',
  halfopen: 'half-open',
  forcedopen: 'open',
  disabled: 'closed',
  metricsonly: 'closed',
  '0': 'closed',
  '1': 'open',
  '2': 'half-open',
  true: 'open',
  false: 'closed',
};

type Fields = Readonly<Record<string, unknown>>;

const isFields = (value: unknown): value is Fields =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/** The value at a path of own properties; undefined where it leads nowhere. */
function at(value: unknown, path: string): unknown {
  if (path === '') return value;
  // A name may itself hold dots, as `circuit.state` does.
  if (isFields(value) && Object.hasOwn(value, path)) return value[path];
  let here: unknown = value;
  for (const name of path.split('.')) {
    if (typeof here !== 'object' || here === null || !Object.hasOwn(here, name)) return undefined;
    here = (here as Fields)[name];
  }
  return here;
}

const shown = (value: unknown) =>
  sanitizeLine(typeof value === 'string' ? value : (JSON.stringify(value) ?? 'nothing')).slice(
    0,
    SHOWN_MAX,
  );

function stateOf(told: unknown, states: BreakersShape['states']): BreakerState | null {
  if (!['string', 'number', 'boolean'].includes(typeof told)) return null;
  const word = String(told).trim();
  if (Object.hasOwn(states, word)) return states[word] ?? null;
  const plain = word.toLowerCase().replace(/[\s_-]/g, '');
  return Object.hasOwn(usual, plain) ? (usual[plain] ?? null) : null;
}

function countOf(told: unknown): number | null {
  const count = typeof told === 'string' && told.trim() !== '' ? Number(told) : told;
  return typeof count === 'number' && Number.isFinite(count) && count >= 0 ? count : null;
}

/** A time since 1970 in seconds or milliseconds, or as a date; null for what is none. */
function timeOf(told: unknown): number | null {
  if (typeof told === 'string' && !/^\d+(\.\d+)?$/.test(told)) {
    const parsed = Date.parse(told);
    return Number.isNaN(parsed) ? null : parsed;
  }
  const time = countOf(told);
  if (time === null || time < EPOCH_SECONDS_MIN) return null;
  return time > EPOCH_SECONDS_MAX ? time : time * 1000;
}

interface Entry {
  readonly key: string;
  readonly value: unknown;
}

/** The breakers of an answer with the names that their places give them. */
function entriesOf(found: unknown, { list, fields }: BreakersShape, fallback: string): Entry[] {
  const own = list.split('.').at(-1) || fallback;
  if (Array.isArray(found)) {
    return found.map((value: unknown, index) => ({ key: `${own} ${index + 1}`, value }));
  }
  if (!isFields(found)) return [{ key: own, value: found }];
  // One breaker is not a map of breakers: it has a state of its own.
  if (typeof at(found, fields.state) === 'string') return [{ key: own, value: found }];
  return Object.entries(found).map(([key, value]) => ({ key, value }));
}

function breakerOf({ key, value }: Entry, shape: BreakersShape): ReportedBreaker | string {
  const { fields, states } = shape;
  const told = fields.name === null ? undefined : at(value, fields.name);
  const name = sanitizeLine(typeof told === 'string' && told !== '' ? told : key).slice(0, 200);
  // A map may lead from names straight to words.
  const word = isFields(value) ? at(value, fields.state) : value;
  const state = stateOf(word, states);
  if (state === null) return `the state of ${name} is no known word: ${shown(word)}`;
  return {
    name,
    state,
    failures: countOf(at(value, fields.failures)),
    since: fields.since === null ? null : timeOf(at(value, fields.since)),
    nextAttempt: timeOf(at(value, fields.nextAttempt)),
  };
}

/**
 * Reads the breakers out of an endpoint's answer. One that is not understood hides no other.
 *
 * @param text the answer, as it came
 * @param where the endpoint, for the words of errors
 * @throws OperatorError('garbage') when it is no JSON, has nothing at `list`, or no readable breaker
 */
export function decodeBreakers(text: string, shape: BreakersShape, where: string): DecodedBreakers {
  let answer: unknown;
  try {
    answer = JSON.parse(text);
  } catch {
    const message = `${where} does not answer with JSON: ${shown(text)}`;
    throw new OperatorError('garbage', message, 'correct its path or port in the pack');
  }
  const found = at(answer, shape.list);
  if (found === undefined || found === null) {
    const there = isFields(answer) ? `; it has ${shown(Object.keys(answer).join(', '))}` : '';
    const message = `${where} has no breakers at \`${shape.list}\`${there}`;
    throw new OperatorError('garbage', message, 'correct `list` of this source in the pack');
  }
  const all = entriesOf(found, shape, where).slice(0, REPORTED_MAX);
  const read = all.map((entry) => breakerOf(entry, shape));
  const breakers = read.filter((breaker) => typeof breaker !== 'string');
  const problems = read.filter((problem) => typeof problem === 'string');
  if (breakers.length === 0 && problems[0] !== undefined) {
    const message = `${where}: ${problems[0]}`;
    throw new OperatorError('garbage', message, 'correct `state` or name its words in `states`');
  }
  return { breakers, problems };
}
