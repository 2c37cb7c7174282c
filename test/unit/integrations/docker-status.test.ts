import { describe, expect, it } from 'vitest';
import { readStatus } from '../../../src/integrations/docker/status.ts';

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;

describe("the engine's words for a status", () => {
  it.each([
    ['Up 3 minutes (healthy)', 'healthy', null, 3 * MINUTE],
    ['Up About an hour (unhealthy)', 'unhealthy', null, HOUR],
    ['Up Less than a second (health: starting)', 'starting', null, 0],
    ['Up 1 second', 'none', null, 1000],
    ['Up 2 weeks', 'none', null, 14 * 24 * HOUR],
    ['Up 5 minutes (Paused)', 'none', null, 5 * MINUTE],
    ['Exited (137) About a minute ago', 'none', 137, MINUTE],
    ['Exited (0) 3 months ago', 'none', 0, 90 * 24 * HOUR],
    ['Restarting (1) 2 seconds ago', 'none', 1, 2000],
    ['Created', 'none', null, null],
    ['Dead', 'none', null, null],
    ['Removal In Progress', 'none', null, null],
    ['', 'none', null, null],
  ])('%s', (text, health, exitCode, ageMs) => {
    expect(readStatus(text)).toMatchObject({ health, exitCode, ageMs });
  });

  it('stay the same while only time passes', () => {
    const steady = (text: string) => readStatus(text).steady;
    expect(steady('Up 3 minutes (healthy)')).toBe(steady('Up About an hour (healthy)'));
    expect(steady('Up 3 minutes (healthy)')).not.toBe(steady('Up 3 minutes (unhealthy)'));
    expect(steady('Exited (1) 2 seconds ago')).toBe(steady('Exited (1) 4 days ago'));
    expect(steady('Exited (1) 2 seconds ago')).not.toBe(steady('Exited (2) 2 seconds ago'));
  });
});
