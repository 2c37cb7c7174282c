import { describe, expect, it } from 'vitest';
import {
  ALERT_UNKNOWN_KEPT_MS,
  ALERTS_MAX,
  type AlertsState,
  foldAlerts,
  noAlerts,
} from '../../../src/signals/alerts.ts';
import type { AlertDefinition } from '../../../src/signals/definition.ts';
import type { EvaluatedSignal } from '../../../src/signals/reading.ts';
import { finished } from '../../../src/signals/sliced.ts';
import { alert, reading } from './make.ts';

/** Folds a story of looks and tells the alerts after the last one. */
function story(
  definitions: readonly AlertDefinition[],
  looks: readonly (readonly [now: number, ...readings: EvaluatedSignal[]])[],
) {
  let state: AlertsState = noAlerts;
  for (const [now, ...readings] of looks) {
    state = finished(foldAlerts(state, definitions, readings, now));
  }
  return state.alerts;
}

const p95 = (value: number | null, rest: Partial<EvaluatedSignal> = {}) =>
  reading({ value, ...rest });
const breaker = (dependency: string, value: string) =>
  reading({ id: 'breaker', unit: 'state', labels: { dependency }, value });

describe('an alert', () => {
  const high = alert({ forMs: 60_000 });

  it('is pending at once and fires when its condition has held', () => {
    expect(story([high], [[1000, p95(1.42)]])).toEqual([
      {
        name: 'HighP95Latency',
        labels: {},
        state: 'pending',
        since: 1000,
        severity: 'P2',
        summary: 'p95 1.42 s',
      },
    ]);
    expect(
      story(
        [high],
        [
          [1000, p95(2)],
          [60_999, p95(2)],
        ],
      )[0]?.state,
    ).toBe('pending');
    expect(
      story(
        [high],
        [
          [1000, p95(2)],
          [61_000, p95(3)],
        ],
      )[0],
    ).toMatchObject({
      state: 'firing',
      since: 1000,
      summary: 'p95 3.00 s',
    });
  });

  it('stays up until the value is past its clear bound, and then begins anew', () => {
    expect(
      story(
        [high],
        [
          [0, p95(2)],
          [1000, p95(0.9)],
        ],
      ),
    ).toHaveLength(1);
    expect(
      story(
        [high],
        [
          [0, p95(2)],
          [1000, p95(0.8)],
        ],
      ),
    ).toEqual([]);
    expect(story([high], [[0, p95(0.9)]])).toEqual([]);
    expect(
      story(
        [high],
        [
          [0, p95(2)],
          [1, p95(0.5)],
          [2, p95(2)],
        ],
      )[0]?.since,
    ).toBe(2);
  });

  it('works below a bound as well', () => {
    const low = alert({ condition: { kind: 'below', threshold: 0.2, clear: 0.3 } });
    expect(story([low], [[0, p95(0.25)]])).toEqual([]);
    expect(
      story(
        [low],
        [
          [0, p95(0.1)],
          [1, p95(0.25)],
        ],
      ),
    ).toHaveLength(1);
    expect(
      story(
        [low],
        [
          [0, p95(0.1)],
          [1, p95(0.3)],
        ],
      ),
    ).toEqual([]);
  });

  it.each([
    ['no value', p95(null)],
    ['a value that nobody confirms', p95(0.1, { stale: true })],
  ])('stays as it is with %s, but not for ever', (_, unknown) => {
    const looks = [
      [0, p95(2)],
      [100_000, unknown],
    ] as const;
    expect(story([high], looks)[0]).toMatchObject({ state: 'pending', since: 0 });
    const end = 100_000 + ALERT_UNKNOWN_KEPT_MS;
    expect(story([high], [...looks, [end - 1, unknown]])).toHaveLength(1);
    expect(story([high], [...looks, [end, unknown]])).toEqual([]);
    expect(story([high], [...looks, [end - 1, p95(2)], [end, unknown]])).toHaveLength(1);
  });

  it('is not raised by what nobody confirms', () => {
    expect(story([high], [[0, p95(9, { stale: true })]])).toEqual([]);
  });

  it('dates from when the thing is known to have happened, never from the future', () => {
    expect(story([high], [[100_000, p95(2, { since: 30_000 })]])[0]).toMatchObject({
      since: 30_000,
      state: 'firing',
    });
    expect(story([high], [[1000, p95(2, { since: 5000 })]])[0]?.since).toBe(1000);
  });
});

describe('several alerts', () => {
  const open = alert({
    name: 'CircuitBreakerOpen',
    signal: 'breaker',
    condition: { kind: 'is', words: ['open', 'half-open'] },
    forMs: 0,
    severity: 'P1',
    summary: 'breaker {{labels.dependency}} is {{value}}{{#detail}}: {{detail}}{{/detail}}',
  });

  it('are one a label set, the most severe first', () => {
    const alerts = story(
      [alert({}), open],
      [[0, p95(2), breaker('redis', 'open'), breaker('postgres', 'closed')]],
    );
    expect(alerts.map(({ name, labels, summary }) => [name, labels, summary])).toEqual([
      ['CircuitBreakerOpen', { dependency: 'redis' }, 'breaker redis is open'],
      ['HighP95Latency', {}, 'p95 2.00 s'],
    ]);
  });

  it('stay when every label of their signal is gone because nothing is known', () => {
    const gone = reading({ id: 'breaker', unit: 'state', value: null });
    expect(
      story(
        [open],
        [
          [0, breaker('redis', 'open')],
          [1, gone],
        ],
      ),
    ).toHaveLength(1);
    expect(
      story(
        [open],
        [
          [0, breaker('redis', 'open')],
          [1, breaker('other', 'closed')],
        ],
      ),
    ).toEqual([]);
  });

  it('of one name: the first that covers a reading decides', () => {
    const redis = { ...open, labels: { dependency: 'redis' }, severity: 'P0' as const };
    const alerts = story([redis, open], [[0, breaker('redis', 'open'), breaker('mail', 'open')]]);
    expect(alerts.map(({ severity, labels }) => [severity, labels['dependency']])).toEqual([
      ['P0', 'redis'],
      ['P1', 'mail'],
    ]);
  });

  it('have summaries that are safe to draw, and survive a broken template', () => {
    const hostile = breaker('redis\u001b[2J<b>', 'open');
    expect(story([open], [[0, hostile]])[0]?.summary).toBe('breaker redis<b> is open');
    const broken = { ...open, summary: '{{#labels}} never closed' };
    expect(story([broken], [[0, hostile]])[0]?.summary).toBe('{{#labels}} never closed');
  });

  it('are bounded', () => {
    const many = Array.from({ length: ALERTS_MAX + 5 }, (_, index) => breaker(`d${index}`, 'open'));
    expect(story([open], [[0, ...many]])).toHaveLength(ALERTS_MAX);
  });
});
