import type { BreakerDialect, BreakerState } from '../domain/breaker.ts';
import { ENDPOINT_METRICS } from '../domain/reported-breaker.ts';
import type { BreakerExtras, Selector, SignalDefinition, StateRule } from './definition.ts';

/** One way in which metrics tell of breakers. */
export interface BreakerFamily {
  readonly dialect: BreakerDialect;
  readonly rule: StateRule;
  /** Labels that may name the breaker, the likeliest first; without any, its instance names it. */
  readonly by: readonly string[];
  readonly extras: BreakerExtras;
}

const worst: readonly BreakerState[] = ['open', 'half-open', 'closed'];
const NAMING = [
  'name',
  'dependency',
  'breaker',
  'circuit',
  'circuit_name',
  'circuit_breaker',
  'target',
  'service',
  'upstream',
  'backend',
];

const numbers = { '0': 'closed', '1': 'open', '2': 'half-open' };
const labelWords = {
  closed: 'closed',
  open: 'open',
  half_open: 'half-open',
  'half-open': 'half-open',
  CLOSED: 'closed',
  OPEN: 'open',
  HALF_OPEN: 'half-open',
  forced_open: 'open',
  // Such a breaker lets every call through.
  disabled: 'closed',
  metrics_only: 'closed',
};
const eventWords = { open: 'open', close: 'closed', halfOpen: 'half-open' };
const eventHints = { reject: 'open', success: 'closed' };

const plain = (name: string, labels: Selector['labels'] = {}): Selector => ({ name, labels });

/** The failures counted beside a state, by the convention that `x_state` stands beside `x_failures_total`. */
function failuresBeside({ name, labels }: Selector): Selector {
  return { name: `${name.replace(/_state$/, '')}_failures_total`, labels };
}

function gauge(name: string, values: StateRule['values'], extras: BreakerExtras = {}) {
  const rule = { of: plain(name), without: 'state', values, worst };
  const failures = [failuresBeside(rule.of)];
  return { dialect: 'number', rule, by: NAMING, extras: { failures, ...extras } } as const;
}

function labelled(name: string, extras: BreakerExtras): BreakerFamily {
  const place = { label: 'state', as: 'mark' } as const;
  const rule = { of: plain(name), place, values: labelWords, worst };
  return { dialect: 'label', rule, by: NAMING, extras };
}

function events(name: string): BreakerFamily {
  const place = { label: 'event', as: 'event' } as const;
  const rule = { of: plain(name), place, values: eventWords, hints: eventHints, worst };
  const failures = [plain(name, { event: 'failure' })];
  return { dialect: 'events', rule, by: NAMING, extras: { failures } };
}

/**
 * Names that libraries give by themselves. `circuit_breaker_state` and `circuitbreaker_state` are read as
 * numbers, unless a label `state` says it.
 */
const wellKnown: readonly BreakerFamily[] = [
  gauge('circuit_breaker_state', numbers),
  gauge('circuitbreaker_state', numbers),
  labelled('circuit_breaker_state', { failures: [plain('circuit_breaker_failures_total')] }),
  labelled('resilience4j_circuitbreaker_state', {
    failures: [
      plain('resilience4j_circuitbreaker_calls_seconds_count', { kind: 'failed' }),
      plain('resilience4j_circuitbreaker_calls_total', { kind: 'failed' }),
    ],
  }),
  {
    ...gauge('hystrix_circuit_breaker_open', { '0': 'closed', '1': 'open' }),
    by: ['key', 'command_name', ...NAMING],
    extras: {},
  },
  {
    ...gauge('envoy_cluster_circuit_breakers_default_cx_open', { '0': 'closed', '1': 'open' }),
    by: ['envoy_cluster_name'],
    extras: {},
  },
  // What opossum-prometheus counts, with and without the suffix of OpenMetrics.
  events('circuit'),
  events('circuit_total'),
  events('circuit_breaker_counter'),
  events('circuit_breaker_counter_total'),
];

/** Endpoints are declared one by one, so they are always meant. */
const endpoint: BreakerFamily = {
  dialect: 'endpoint',
  rule: {
    of: plain(ENDPOINT_METRICS.state),
    place: { label: 'state', as: 'mark' },
    values: { closed: 'closed', open: 'open', 'half-open': 'half-open' },
    worst,
  },
  by: ['name'],
  extras: {
    failures: [plain(ENDPOINT_METRICS.failures)],
    since: plain(ENDPOINT_METRICS.since),
    nextAttempt: plain(ENDPOINT_METRICS.nextAttempt),
  },
};

/** A state signal describes breakers when its words are those of a breaker. */
function declared({ computation }: SignalDefinition): BreakerFamily | null {
  if (computation.kind !== 'state') return null;
  const words = Object.values(computation.values);
  const fits = words.includes('open') && words.every((word) => worst.some((w) => w === word));
  if (!fits) return null;
  const { of, by, place, values, failures, since, nextAttempt } = computation;
  const dialect = place === undefined ? 'number' : place.as === 'mark' ? 'label' : 'events';
  return {
    dialect,
    rule: { of, values, worst: computation.worst, ...(place === undefined ? {} : { place }) },
    by: [by],
    extras: {
      failures: failures ?? [failuresBeside(of)],
      ...(since === undefined ? {} : { since }),
      ...(nextAttempt === undefined ? {} : { nextAttempt }),
    },
  };
}

/** True when a signal of these describes breakers: then only they and the endpoints do. */
export function declaresBreakers(definitions: readonly SignalDefinition[]): boolean {
  return definitions.some((definition) => declared(definition) !== null);
}

/** The ways to read breakers: those the signals describe; the well-known ones where none does. */
export function dialectsFor(definitions: readonly SignalDefinition[]): readonly BreakerFamily[] {
  const own = definitions.map(declared).filter((family) => family !== null);
  return [...(own.length > 0 ? own : wellKnown), endpoint];
}
