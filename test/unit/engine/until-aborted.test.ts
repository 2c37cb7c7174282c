import { expect, it, onTestFinished } from 'vitest';
import { untilAborted } from '../../../src/engine/read-probe.ts';

it('leaves no failure behind of work that nobody waits for any more', async () => {
  const untold: unknown[] = [];
  const note = (reason: unknown) => void untold.push(reason);
  process.on('unhandledRejection', note);
  onTestFinished(() => void process.off('unhandledRejection', note));
  const over = AbortSignal.abort(new Error('over'));
  await expect(untilAborted(Promise.reject(new Error('late')), over)).rejects.toThrow('over');
  await new Promise((resolve) => setImmediate(resolve));
  expect(untold).toEqual([]);
});
