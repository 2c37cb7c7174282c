import { beforeEach, describe, expect, it } from 'vitest';
import { decodeEvent } from '../../../src/integrations/docker/decode-stream.ts';
import { createKills, type Kills } from '../../../src/integrations/docker/kills.ts';
import { RECENT_MS } from '../../../src/integrations/docker/restarts.ts';

const id = '4f0c'.padEnd(64, '0');
const other = '77aa'.padEnd(64, '0');
const NOW = 1_795_000_000_000;

/** A line of the stream as an engine 28 sends it, for a container limited to 64 MiB. */
function told(action: string, at: number, of = id): string {
  const attributes = { image: 'hog:1', name: 'hog', ...(action === 'die' && { exitCode: '137' }) };
  return JSON.stringify({
    status: action,
    id: of,
    from: 'hog:1',
    Type: 'container',
    Action: action,
    Actor: { ID: of, Attributes: attributes },
    scope: 'local',
    time: Math.floor(at / 1000),
    timeNano: at * 1_000_000,
  });
}

describe('kills for want of memory', () => {
  let kills: Kills;
  const hear = (...lines: string[]) => {
    for (const line of lines) kills.seen(decodeEvent(line));
  };
  beforeEach(() => {
    kills = createKills();
  });

  it.each([
    ['oom', 'die'],
    ['die', 'oom'],
  ])('are told by %s, then %s, be it that the container runs again', (first, second) => {
    hear(told(first, NOW - 200), told(second, NOW - 150), told('start', NOW - 20));
    expect(kills.lately(id, NOW)).toBe(true);
    expect(kills.lately(other, NOW)).toBe(false);
  });

  it('are forgotten after 10 minutes, and with their container', () => {
    hear(told('oom', NOW), told('die', NOW), told('oom', NOW, other), told('die', NOW, other));
    expect(kills.lately(id, NOW + RECENT_MS - 1)).toBe(true);
    expect(kills.lately(id, NOW + RECENT_MS)).toBe(false);
    kills.keep(new Set([other]));
    expect(kills.lately(id, NOW)).toBe(false);
    expect(kills.lately(other, NOW)).toBe(true);
  });

  it('are none where a process of it died alone, or it died of something else later', () => {
    hear(told('oom', NOW - 60_000));
    expect(kills.lately(id, NOW)).toBe(false);
    hear(told('die', NOW - 1000), told('start', NOW - 900));
    expect(kills.lately(id, NOW)).toBe(false);
  });

  it('are of containers only', () => {
    const network = told('oom', NOW).replace('"Type":"container"', '"Type":"network"');
    hear(network, told('die', NOW));
    expect(kills.lately(id, NOW)).toBe(false);
  });
});
