import { describe, expect, it } from 'vitest';
import type { Breaker } from '../../../src/domain/breaker.ts';
import type { Sample } from '../../../src/domain/metrics.ts';
import { breakerSamples } from '../../../src/domain/reported-breaker.ts';
import { dialectsFor } from '../../../src/signals/breaker-dialects.ts';
import { breakerSignals } from '../../../src/signals/breaker-signal.ts';
import { BREAKERS_MAX, evaluateBreakers } from '../../../src/signals/breakers.ts';
import type { SignalDefinition } from '../../../src/signals/definition.ts';
import { INSTANCE_KEPT_INTERVALS, type SourceStates } from '../../../src/signals/instances.ts';
import { selectionOf } from '../../../src/signals/selection.ts';
import { finished } from '../../../src/signals/sliced.ts';
import { createWindows } from '../../../src/signals/window.ts';
import { breakerSignal, sample, selector, signal } from './make.ts';

const intervalMs = 5000;

/** A console that scrapes: tells the breakers after each scrape. */
function watching(definitions: readonly SignalDefinition[] = []) {
  const windows = createWindows(selectionOf(definitions));
  const families = dialectsFor(definitions);
  let breakers: readonly Breaker[] = [];
  const look = (now: number, sources: SourceStates = {}) => {
    breakers = finished(evaluateBreakers(families, { windows, sources, now }, breakers));
    return breakers;
  };
  const scrape = (source: string, at: number, ...samples: readonly Sample[]) => {
    windows.scrape(source, samples, at);
    return look(at);
  };
  return { look, scrape };
}

const told = (breakers: readonly Breaker[]) =>
  breakers.map(({ name, state, failures, dialect }) => [name, state, failures, dialect]);

describe('breakers that nobody declared', () => {
  it.each<[string, readonly Sample[], unknown[]]>([
    [
      'a number by name',
      [
        sample('circuit_breaker_state', 1, { dependency: 'redis', worker_id: 'w1' }),
        sample('circuit_breaker_failures_total', 5, { dependency: 'redis' }),
      ],
      ['redis', 'open', 5, 'number'],
    ],
    [
      'a label, as resilience4j tells it',
      [
        sample('resilience4j_circuitbreaker_state', 0, { name: 'pay', state: 'closed' }),
        sample('resilience4j_circuitbreaker_state', 1, { name: 'pay', state: 'half_open' }),
        sample('resilience4j_circuitbreaker_state', 0, { name: 'pay', state: 'open' }),
        sample('resilience4j_circuitbreaker_calls_seconds_count', 7, {
          name: 'pay',
          kind: 'failed',
        }),
        sample('resilience4j_circuitbreaker_calls_seconds_count', 99, {
          name: 'pay',
          kind: 'successful',
        }),
      ],
      ['pay', 'half-open', 7, 'label'],
    ],
    [
      'a label of a metric that others use for numbers',
      [
        sample('circuit_breaker_state', 1, { name: 'mail', state: 'closed' }),
        sample('circuit_breaker_state', 0, { name: 'mail', state: 'open' }),
      ],
      ['mail', 'closed', null, 'label'],
    ],
    [
      "hystrix's gauge, by its key",
      [sample('hystrix_circuit_breaker_open', 1, { group: 'Ribbon', key: 'AdminSvc' })],
      ['AdminSvc', 'open', null, 'number'],
    ],
    [
      'an endpoint',
      breakerSamples([
        { name: 'db', state: 'open', failures: 3, since: null, nextAttempt: 1_700_000_030_000 },
      ]),
      ['db', 'open', 3, 'endpoint'],
    ],
    [
      'a gauge without a name: its instance names it',
      [sample('circuit_breaker_state', 0)],
      ['w1', 'closed', null, 'number'],
    ],
  ])('are known from %s', (_, samples, expected) => {
    expect(told(watching().scrape('w1', 1000, ...samples))).toEqual([expected]);
  });

  it('are not looked for where a pack declares its own', () => {
    const { scrape } = watching([breakerSignal]);
    const found = scrape(
      'w1',
      0,
      sample('circuit_breaker_state', 0, { dependency: 'redis' }),
      sample('hystrix_circuit_breaker_open', 1, { key: 'other' }),
      ...breakerSamples([
        { name: 'db', state: 'closed', failures: null, since: null, nextAttempt: null },
      ]),
    );
    expect(found.map(({ name }) => name)).toEqual(['db', 'redis']);
  });
});

describe('a breaker told by events', () => {
  const count = (event: string, value: number) => sample('circuit', value, { name: 'mail', event });

  it('is in the state of the event that was counted last', () => {
    const { scrape } = watching();
    const state = (at: number, ...samples: readonly Sample[]) => {
      const [breaker] = scrape('w1', at, ...samples);
      return [breaker?.state, breaker?.since, breaker?.changeSeen, breaker?.failures];
    };
    const calls = [count('fire', 90), count('success', 80)];
    expect(state(0, ...calls)).toEqual(['closed', 0, false, null]);
    const open = [...calls, count('failure', 10), count('open', 1)];
    expect(state(5000, ...open)).toEqual(['open', 5000, true, 10]);
    expect(state(10_000, ...open)).toEqual(['open', 5000, true, 10]);
    const half = [...open, count('halfOpen', 1)];
    expect(state(15_000, ...half)).toEqual(['half-open', 15_000, true, 10]);
    expect(state(20_000, ...half, count('close', 1))).toEqual(['closed', 20_000, true, 10]);
  });

  it.each<[string, readonly [opened: number, halfOpened: number, closed: number], string]>([
    ['never opened', [0, 0, 0], 'closed'],
    ['opened and stayed so', [3, 2, 1], 'open'],
    ['tries the first call', [1, 1, 0], 'half-open'],
    ['opened, failed again, recovered', [2, 2, 1], 'closed'],
    ['opened, of an exporter that counts no half-opening', [2, 0, 0], 'open'],
    ['closed at least once, of such an exporter', [2, 0, 1], 'closed'],
  ])('is judged by its totals at the first look: %s', (_, [opened, halfOpened, closed], state) => {
    const counts = [count('open', opened), count('halfOpen', halfOpened), count('close', closed)];
    const [breaker] = watching().scrape('w1', 0, count('fire', 1), ...counts);
    expect(breaker).toMatchObject({ state, changeSeen: false });
  });

  it('is judged by its totals where several events came between two looks', () => {
    const { scrape } = watching();
    const all = (opened: number, halfOpened: number, closed: number) => [
      count('open', opened),
      count('halfOpen', halfOpened),
      count('close', closed),
    ];
    scrape('w1', 0, ...all(1, 1, 1));
    expect(scrape('w1', 5000, ...all(3, 2, 1))[0]?.state).toBe('open');
    expect(scrape('w1', 10_000, ...all(4, 4, 2))[0]?.state).toBe('closed');
  });

  it('is judged by what calls meet, where its exporter counts no half-opening', () => {
    const totals = (reject: number, success: number) => [
      count('open', 2),
      count('close', 1),
      count('reject', reject),
      count('success', success),
    ];
    const refusing = watching();
    refusing.scrape('w1', 0, ...totals(5, 5));
    expect(refusing.scrape('w1', 5000, ...totals(9, 5))[0]?.state).toBe('open');
    const answering = watching();
    answering.scrape('w1', 0, ...totals(5, 5));
    expect(answering.scrape('w1', 5000, ...totals(5, 6))[0]?.state).toBe('closed');
  });

  it('is taken for open while it cannot be told, until calls tell', () => {
    const { scrape } = watching();
    scrape('w1', 0, count('open', 1), count('close', 1), count('success', 1));
    const both = [count('open', 2), count('close', 2)];
    expect(scrape('w1', 5000, ...both, count('success', 2))[0]?.state).toBe('open');
    expect(scrape('w1', 10_000, ...both, count('success', 3))[0]?.state).toBe('closed');
  });

  it('begins anew with its process', () => {
    const { scrape } = watching();
    scrape('w1', 0, count('fire', 5), count('open', 1));
    expect(scrape('w1', 5000, count('fire', 1))[0]?.state).toBe('closed');
    expect(scrape('w1', 10_000, count('fire', 2), count('open', 1))[0]?.state).toBe('open');
  });
});

describe('a breaker', () => {
  const extras = signal(
    'breaker',
    {
      kind: 'state',
      of: selector('cb_state'),
      by: 'name',
      values: { '0': 'closed', '1': 'open', '2': 'half-open' },
      worst: ['open', 'half-open', 'closed'],
      failures: [selector('cb_errors_total'), selector('cb_timeouts_total')],
      since: selector('cb_since_seconds'),
      nextAttempt: selector('cb_retry_ms'),
    },
    { unit: 'state' },
  );
  const now = 1_700_000_000_000;

  it('tells failures, since when, and the next attempt as its pack says they are exported', () => {
    const { scrape } = watching([extras]);
    const [breaker] = scrape(
      'w1',
      now,
      sample('cb_state', 1, { name: 'mail' }),
      sample('cb_errors_total', 4, { name: 'mail' }),
      sample('cb_timeouts_total', 3, { name: 'mail' }),
      sample('cb_errors_total', 100, { name: 'other' }),
      sample('cb_since_seconds', now / 1000 - 90, { name: 'mail' }),
      sample('cb_retry_ms', now + 30_000, { name: 'mail' }),
    );
    expect(breaker).toMatchObject({
      failures: 7,
      since: now - 90_000,
      changeSeen: true,
      nextAttempt: now + 30_000,
    });
  });

  it('has no next attempt while it is closed, and no time from the future', () => {
    const { scrape } = watching([extras]);
    const [breaker] = scrape(
      'w1',
      now,
      sample('cb_state', 0, { name: 'mail' }),
      sample('cb_since_seconds', now / 1000 + 500, { name: 'mail' }),
      sample('cb_retry_ms', now + 30_000, { name: 'mail' }),
    );
    expect(breaker).toMatchObject({ since: now, changeSeen: false, nextAttempt: null });
  });

  it('is one, the worst state speaking, however many instances and dialects tell of it', () => {
    const { scrape } = watching();
    scrape('w1', 0, sample('circuit_breaker_state', 0, { name: 'mail' }));
    scrape('w2', 0, sample('circuit_breaker_state', 2, { name: 'mail' }));
    const found = scrape(
      'w3',
      0,
      sample('circuit', 1, { name: 'mail', event: 'open' }),
      sample('circuit', 6, { name: 'mail', event: 'failure' }),
    );
    expect(found).toMatchObject([
      {
        name: 'mail',
        source: 'w3',
        state: 'open',
        dialect: 'events',
        failures: 6,
        instances: [
          { source: 'w1', state: 'closed' },
          { source: 'w2', state: 'half-open' },
          { source: 'w3', state: 'open' },
        ],
      },
    ]);
  });

  it('keeps its last state, and says that nobody confirms it, when every instance is silent', () => {
    const { scrape, look } = watching();
    scrape('w1', 0, sample('circuit_breaker_state', 1, { name: 'mail' }));
    const later = INSTANCE_KEPT_INTERVALS * intervalMs + 1;
    const [silent] = look(later, { w1: { status: 'failed', intervalMs } });
    expect(silent).toMatchObject({ state: 'open', since: 0, stale: true });
    const [signalOf] = breakerSignals([silent as Breaker], new Map([['w1', 0]]));
    expect(signalOf).toMatchObject({ value: 'open', stale: true, observedAt: 0 });
  });

  it('is one of a bounded number', () => {
    const many = Array.from({ length: BREAKERS_MAX + 3 }, (_, index) =>
      sample('circuit_breaker_state', 0, { name: `b${index}` }),
    );
    expect(watching().scrape('w1', 0, ...many)).toHaveLength(BREAKERS_MAX);
  });
});
