import { expect, it } from 'vitest';
import type { Alert } from '../../../src/domain/alert.ts';
import type { Notice } from '../../../src/domain/notice.ts';
import { alertsAndNotices } from '../../../src/live/selectors.ts';
import type { LiveState } from '../../../src/live/state.ts';

const own: Alert = {
  name: 'ContainerDown',
  labels: { service: 'redis' },
  state: 'firing',
  since: 5,
  severity: 'P1',
  summary: 'redis is exited',
};

const notice = (name: string, state: Notice['state']): Notice => ({
  id: name,
  name,
  labels: { alertname: name, instance: 'w1' },
  state,
  since: 3,
  severity: 'critical',
  summary: 'too slow',
  silence: null,
  inhibitedBy: [],
  runbookUrl: null,
});

function stateOf(...notices: Notice[]): Pick<LiveState, 'alerts' | 'facts'> {
  const fact = { kind: 'notices', source: 'am', value: notices, observedAt: 0 } as const;
  return { alerts: [own], facts: { am: fact } };
}

it('puts what an Alertmanager fires beside the console’s own, without what somebody has in hand', () => {
  const state = stateOf(
    notice('HighLatency', 'firing'),
    notice('Silenced', 'silenced'),
    notice('Inhibited', 'inhibited'),
  );
  expect(alertsAndNotices(state)).toEqual([
    { ...own, origin: 'console' },
    {
      name: 'HighLatency',
      labels: { instance: 'w1' },
      state: 'firing',
      since: 3,
      severity: 'critical',
      summary: 'too slow',
      origin: 'alertmanager',
    },
  ]);
});

it('is the same list until alerts or facts change', () => {
  const state = stateOf(notice('HighLatency', 'firing'));
  const first = alertsAndNotices(state);
  expect(alertsAndNotices({ ...state })).toBe(first);
  expect(alertsAndNotices({ ...state, facts: { ...state.facts } })).not.toBe(first);
  expect(alertsAndNotices({ ...state, alerts: [] })).toHaveLength(1);
});
