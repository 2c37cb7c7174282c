import { afterEach, expect } from 'vitest';
import { OperatorError } from '../../../src/domain/operator-error.ts';
import type { SourceState } from '../../../src/domain/source.ts';
import { CLOSE_WITHIN_MS, createSupervisor } from '../../../src/live/supervisor.ts';
import { createFakeClock } from '../../harness/fake-clock.ts';
import type { FakeSource } from './fake-source.ts';

export const refused = () => new OperatorError('unreachable', 'refused\u001b[2J', 'start it');

function setUp(random = () => 0.999, pace = 1) {
  const clock = createFakeClock(0);
  const states: SourceState[] = [];
  const records: { source: string; value: unknown; observedAt: number }[] = [];
  const logged: { fields: Readonly<Record<string, unknown>>; message: string }[] = [];
  const supervisor = createSupervisor({
    clock,
    random,
    pace,
    live: {
      record: (source, _kind, value, observedAt) => records.push({ source, value, observedAt }),
      source: (state) => states.push(state),
    },
    log: { error: (fields, message) => logged.push({ fields, message }) },
  });
  const latest = (name = 'readyz') => states.findLast((state) => state.name === name);
  return { clock, states, records, logged, supervisor, latest };
}

const supervisors: ReturnType<typeof setUp>[] = [];
/** A supervisor that runs one source; closed after the test, leaving no timer behind. */
export const start = (source: FakeSource, random?: () => number, pace?: number) => {
  const world = setUp(random, pace);
  supervisors.push(world);
  world.supervisor.add(source);
  return world;
};

afterEach(async () => {
  for (const { supervisor, clock } of supervisors.splice(0)) {
    const closed = supervisor.close();
    await clock.advance(CLOSE_WITHIN_MS);
    await closed;
    expect(clock.pending()).toBe(0);
  }
});
