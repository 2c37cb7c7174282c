import { describe, expect, it } from 'vitest';
import type { Drill } from '../../../src/drills/drill.ts';
import { loadDrills } from '../../../src/drills/load.ts';
import { exerciseOf, scoreOf } from '../../../src/drills/score.ts';
import type { JournalEvent } from '../../../src/incidents/events.ts';
import { falconPack } from '../runbooks/falcon.ts';
import {
  BROKEN_AT,
  entered,
  finished,
  intended,
  jumped,
  started,
  wentBack,
  written,
} from './incident-events.ts';

const pack = falconPack();
const { drills } = loadDrills([pack]);

function score(id: string, events: readonly JournalEvent[]) {
  const drill = drills.find((one): one is Drill => one.id === id);
  if (drill === undefined) throw new Error(`there is no ${id}`);
  return scoreOf(exerciseOf(drill, drills, pack.runbooks), BROKEN_AT, events);
}

const REDIS = 'falcon/redis-down';
const ERRORS = 'falcon/high-error-rate';

describe('the score of a drill', () => {
  it('tells when it was acknowledged, come to its leaf, and proved', () => {
    const events = written(
      [5, 'a', started(REDIS)],
      [5, 'a', entered('container')],
      [7, 'a', entered('restart-redis')],
      [20, 'a', intended('restart-redis')],
      [65, 'a', finished('resolved', 'restart-redis', true)],
    );
    expect(score('falcon/redis-killed', events)).toEqual({
      acknowledgedMs: 5000,
      leafMs: 7000,
      verifiedMs: 65_000,
      ended: true,
      wrongTurns: [],
    });
  });

  it('counts nothing that was before the fault', () => {
    const events = written(
      [-30, 'b', started(ERRORS)],
      [-29, 'b', entered('rollback')],
      [9, 'a', started(REDIS)],
    );
    expect(score('falcon/redis-killed', events)).toMatchObject({
      acknowledgedMs: 9000,
      leafMs: null,
      ended: false,
      wrongTurns: [],
    });
  });

  it('counts another leaf once, as the change that was made there', () => {
    const events = written(
      [5, 'a', started(REDIS)],
      [6, 'a', jumped('container', 'flush-cache')],
      [6, 'a', entered('flush-cache')],
      [9, 'a', intended('flush-cache')],
      [30, 'a', wentBack('flush-cache', 'container')],
      [31, 'a', entered('container')],
      [32, 'a', entered('restart-redis')],
    );
    const { leafMs, wrongTurns } = score('falcon/redis-killed', events);
    expect(leafMs).toBe(32_000);
    expect(wrongTurns).toEqual([
      { kind: 'remedy', afterMs: 9000, runbook: REDIS, step: 'flush-cache' },
      { kind: 'back', afterMs: 30_000, runbook: REDIS, step: 'flush-cache' },
    ]);
  });

  it('takes what follows from the leaf by itself for no wrong turn, and a jump from it for one', () => {
    const fails = written(
      [5, 'a', started(REDIS)],
      [6, 'a', entered('restart-redis')],
      [99, 'a', entered('escalate')],
    );
    expect(score('falcon/redis-killed', fails).wrongTurns).toEqual([]);
    const strays = written(
      [5, 'a', started(REDIS)],
      [6, 'a', entered('restart-redis')],
      [8, 'a', jumped('restart-redis', 'flush-cache')],
      [8, 'a', entered('flush-cache')],
    );
    expect(score('falcon/redis-killed', strays).wrongTurns).toMatchObject([{ kind: 'leaf' }]);
  });

  it('takes the leaf of another runbook that mends the same, and one that also helps', () => {
    const elsewhere = written(
      [5, 'a', started(ERRORS)],
      [6, 'a', entered('restart-redis')],
      [60, 'a', finished('resolved', 'restart-redis', true)],
    );
    expect(score('falcon/redis-killed', elsewhere).verifiedMs).toBe(60_000);
    const helps = written([5, 'a', started(REDIS)], [6, 'a', entered('flush-cache')]);
    expect(score('falcon/redis-full', helps)).toMatchObject({ leafMs: 6000, wrongTurns: [] });
  });

  it('counts a change from a row of a panel, but not what is taken back', () => {
    const events = written(
      [5, 'x', started('falcon/x-docker-restart-0a1b2c3d')],
      [5, 'x', entered('act')],
      [6, 'x', intended('act')],
      [9, 'x', intended('act', 'of act')],
    );
    expect(score('falcon/redis-killed', events).wrongTurns).toEqual([
      { kind: 'remedy', afterMs: 6000, runbook: 'falcon/x-docker-restart-0a1b2c3d', step: 'act' },
    ]);
  });

  it('is over without proof when the run ended otherwise', () => {
    const events = written(
      [5, 'a', started(REDIS)],
      [6, 'a', entered('restart-redis')],
      [50, 'a', finished('stopped', 'restart-redis', null)],
    );
    expect(score('falcon/redis-killed', events)).toMatchObject({ ended: true, verifiedMs: null });
  });

  it('of a leaf that decides is proved by how the run ends there', () => {
    const at = (outcome: 'watching' | 'stopped') =>
      score(
        'falcon/redis-overloaded',
        written(
          [5, 'a', started(REDIS)],
          [6, 'a', entered('inspect-load')],
          [50, 'a', finished(outcome, 'inspect-load', null)],
        ),
      ).verifiedMs;
    expect(at('watching')).toBe(50_000);
    expect(at('stopped')).toBeNull();
  });
});
