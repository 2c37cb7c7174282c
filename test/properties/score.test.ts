import fc from 'fast-check';
import { expect, it } from 'vitest';
import { loadDrills } from '../../src/drills/load.ts';
import { exerciseOf, scoreOf } from '../../src/drills/score.ts';
import type { NewEvent } from '../../src/incidents/events.ts';
import {
  BROKEN_AT,
  entered,
  finished,
  intended,
  jumped,
  started,
  wentBack,
  written,
} from '../unit/drills/incident-events.ts';
import { falconPack } from '../unit/runbooks/falcon.ts';

const pack = falconPack();
const { drills } = loadDrills([pack]);

const runbook = fc.constantFrom(...pack.runbooks);
const step = runbook.chain(({ nodes }) => fc.constantFrom(...nodes.keys()));
const anyEvent: fc.Arbitrary<NewEvent> = fc.oneof(
  runbook.map(({ id }) => started(id)),
  step.map(entered),
  fc.tuple(step, step).map(([from, to]) => wentBack(from, to)),
  fc.tuple(step, step).map(([from, to]) => jumped(from, to)),
  fc.tuple(step, fc.constantFrom(null, 'an act')).map(([leaf, undo]) => intended(leaf, undo)),
  fc
    .tuple(fc.constantFrom('resolved', 'stopped', 'escalated', 'watching'), step, fc.boolean())
    .map(([outcome, leaf, verified]) => finished(outcome as 'resolved', leaf, verified)),
);
const course = fc
  .array(fc.tuple(fc.integer({ min: 0, max: 60 }), fc.constantFrom('a', 'b', null), anyEvent), {
    maxLength: 60,
  })
  .map((lines) => {
    let at = -30;
    return written(
      ...lines.map(([gap, run, given]) => {
        at += gap;
        return [at, run, given] as const;
      }),
    );
  });

it('whatever happened: in order, never before the fault, and grown only by what comes', () => {
  const anyDrill = fc.constantFrom(...drills);
  fc.assert(
    fc.property(anyDrill, course, (drill, events) => {
      const exercise = exerciseOf(drill, drills, pack.runbooks);
      const score = scoreOf(exercise, BROKEN_AT, events);
      const { acknowledgedMs, leafMs, verifiedMs, wrongTurns } = score;
      const moments = [acknowledgedMs, leafMs, verifiedMs].filter((ms) => ms !== null);
      expect(moments).toEqual(moments.toSorted((a, b) => a - b));
      for (const ms of moments) expect(ms).toBeGreaterThanOrEqual(0);
      if (leafMs !== null) expect(acknowledgedMs).not.toBeNull();
      if (verifiedMs !== null) expect([leafMs === null, score.ended]).toEqual([false, true]);
      const times = wrongTurns.map(({ afterMs }) => afterMs);
      expect(times).toEqual(times.toSorted((a, b) => a - b));
      // What has been told stays: only later events add to it.
      const half = scoreOf(exercise, BROKEN_AT, events.slice(0, Math.ceil(events.length / 2)));
      expect(half.acknowledgedMs ?? acknowledgedMs).toBe(acknowledgedMs);
      expect(half.leafMs ?? leafMs).toBe(leafMs);
      expect(half.verifiedMs ?? verifiedMs).toBe(verifiedMs);
    }),
  );
});
