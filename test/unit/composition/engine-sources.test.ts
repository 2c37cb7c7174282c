import { describe, expect, it } from 'vitest';
import { connectDocker, engineSources } from '../../../src/composition/sources/engine.ts';
import { systemClock } from '../../../src/domain/clock.ts';

const parts = {
  docker: connectDocker({ host: 'unix:///nowhere/docker.sock', timeoutMs: 1000 }),
  project: null,
  clock: systemClock,
  complete: false,
  local: true,
  wanted: () => null,
};

describe("the engine's own sources", () => {
  const paceOf = (intervalMs: number | null) =>
    engineSources({ ...parts, intervalMs }).map(({ kind, intervalMs: every }) => [kind, every]);

  it('are read as often as the region says, but for the compose file', () => {
    expect(paceOf(1000)).toEqual([
      ['containers', 1000],
      ['usage', 1000],
      ['compose', 30_000],
    ]);
  });

  it('are read every five seconds where it says nothing', () => {
    expect(paceOf(null).slice(0, 2)).toEqual([
      ['containers', 5000],
      ['usage', 5000],
    ]);
  });
});
