import { describe, expect, it } from 'vitest';
import { decodeInspection } from '../../../src/integrations/docker/decode.ts';
import { jsonFixture } from './fixtures.ts';

interface Check {
  readonly Start?: string;
  readonly ExitCode?: number;
  readonly Output?: string;
}

const START = Date.parse('2026-01-01T12:00:00Z');
const at = (minute: number) => new Date(START + minute * 60_000).toISOString();
const passed = (minute: number): Check => ({ Start: at(minute), ExitCode: 0, Output: 'ok' });
const failed = (minute: number, Output = 'refused'): Check => ({
  Start: at(minute),
  ExitCode: 1,
  Output,
});

/** What an inspection says of the health check, from what the engine tells of it. */
function probeOf(health: Readonly<Record<string, unknown>> | undefined) {
  const running = jsonFixture('docker/inspect-running.json') as { State: object };
  const State = health === undefined ? running.State : { ...running.State, Health: health };
  return decodeInspection({ ...running, State }).probe;
}

describe('the health check of a container', () => {
  it('is none where none is declared, or none has been made', () => {
    expect(probeOf({ Status: 'starting', FailingStreak: 0, Log: [] })).toBeNull();
    expect(probeOf({ Status: 'starting', FailingStreak: 0, Log: null })).toBeNull();
    expect(probeOf({})).toBeNull();
  });

  it('that passes fails since never, and says what it wrote last', () => {
    const Log = [failed(0), failed(1), passed(2)];
    expect(probeOf({ Status: 'healthy', FailingStreak: 0, Log })).toEqual({
      failingStreak: 0,
      failingSince: null,
      output: 'ok',
    });
  });

  it('fails since the first check after the last one that passed', () => {
    const Log = [failed(0), passed(1), failed(2), failed(3, 'late'), failed(4, 'last')];
    expect(probeOf({ Status: 'unhealthy', FailingStreak: 3, Log })).toEqual({
      failingStreak: 3,
      failingSince: START + 2 * 60_000,
      output: 'last',
    });
  });

  it('that only ever failed fails at least since the oldest check that is kept', () => {
    const Log = [failed(5), failed(6), failed(7), failed(8), failed(9)];
    expect(probeOf({ Status: 'unhealthy', FailingStreak: 41, Log })).toMatchObject({
      failingStreak: 41,
      failingSince: START + 5 * 60_000,
    });
  });

  it('is counted by us where the engine does not say how often it failed', () => {
    expect(probeOf({ Status: 'unhealthy', Log: [passed(0), failed(1), failed(2)] })).toMatchObject({
      failingStreak: 2,
    });
  });

  it('has no begin where the engine’s time cannot be read', () => {
    const Log = [{ ExitCode: 1, Output: 'x' }];
    expect(probeOf({ Status: 'unhealthy', FailingStreak: 1, Log })).toMatchObject({
      failingSince: null,
    });
  });

  it('wrote what is safe to show, on one line, and no more than fits', () => {
    const Output = `\u001b]0;owned\u0007\u001b[31mno\u001b[0m\nroute ${'x'.repeat(1000)}`;
    const probe = probeOf({ Status: 'unhealthy', FailingStreak: 1, Log: [failed(0, Output)] });
    expect(probe?.output).toMatch(/^no route x+$/);
    expect(probe?.output).toHaveLength(300);
  });

  it('that is no object is garbage, in words', () => {
    expect(() => probeOf({ Status: 'healthy', Log: ['nonsense'] })).toThrow(
      'The answer to the inspection of a container is not a Docker engine',
    );
  });
});
