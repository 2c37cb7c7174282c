import { once } from 'node:events';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { expect, it, onTestFinished } from 'vitest';
import { systemClock } from '../../../src/domain/clock.ts';
import { limitBy, steadyMs, timeLimit } from '../../../src/domain/time-limit.ts';
import { eventually } from '../../harness/eventually.ts';
import { createFakeClock } from '../../harness/fake-clock.ts';

const LIMITS = 200;
const LONG_MS = 60_000;

setFlagsFromString('--expose-gc');
const collect = runInNewContext('gc') as () => void;

/** A limit within a limit, as a call within a poll has it, listened to for a while. */
function nested(caller: AbortSignal): WeakRef<AbortSignal> {
  const outer = AbortSignal.any([caller, timeLimit(LONG_MS)]);
  const inner = AbortSignal.any([outer, timeLimit(LONG_MS)]);
  const heard = () => undefined;
  inner.addEventListener('abort', heard, { once: true });
  inner.removeEventListener('abort', heard);
  return new WeakRef(outer);
}

it('aborts when the time is over, and says so', async () => {
  const limit = timeLimit(1);
  expect(limit.aborted).toBe(false);
  await once(limit, 'abort');
  expect(limit.reason).toMatchObject({ name: 'TimeoutError' });
});

it('aborts what rests on it', async () => {
  const within = AbortSignal.any([AbortSignal.any([timeLimit(1)]), timeLimit(LONG_MS)]);
  await once(within, 'abort');
  expect(within.reason).toMatchObject({ name: 'TimeoutError' });
});

it('leaves nothing behind of limits within limits, long before their time is over', async () => {
  const caller = new AbortController();
  const limits = Array.from({ length: LIMITS }, () => nested(caller.signal));
  const gone = () => {
    collect();
    return limits.every((limit) => limit.deref() === undefined);
  };
  await eventually(gone, { what: 'all to be collected' });
});

it('goes by another clock where the whole process does', async () => {
  const clock = createFakeClock();
  limitBy(clock);
  onTestFinished(() => limitBy(systemClock));
  const limit = timeLimit(LONG_MS);
  const begun = steadyMs();
  await clock.advance(LONG_MS - 1);
  expect(steadyMs() - begun).toBe(LONG_MS - 1);
  expect(limit.aborted).toBe(false);
  await clock.advance(1);
  expect(limit.aborted).toBe(true);
});
