import { expect, test } from 'vitest';
import { countdown } from '../../../src/engine/countdown.ts';
import { NOW } from '../../fixtures/live.ts';
import { verification } from '../../fixtures/run.ts';

test('counts down the window until it holds, then what it must go on holding', () => {
  const waiting = verification({ startedAt: NOW - 14_000, withinMs: 90_000, forMs: 60_000 });
  expect(countdown(waiting, NOW)).toEqual({ waitsFor: 'holding', leftMs: 76_000, ofMs: 90_000 });
  const holding = { ...waiting, holdsSince: NOW - 5000 };
  expect(countdown(holding, NOW)).toEqual({
    waitsFor: 'going on holding',
    leftMs: 55_000,
    ofMs: 60_000,
  });
  expect(countdown({ ...holding, forMs: null }, NOW).waitsFor).toBe('holding');
  expect(countdown(waiting, NOW + 100_000).leftMs).toBe(0);
});
