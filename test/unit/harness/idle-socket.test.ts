import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { connectIdleSocket } from '../../../src/console/idle-socket.ts';
import { listenForIdle } from '../../harness/idle-listener.ts';
import { createWaiting } from '../../harness/waiting.ts';

test('the product’s reports reach the listener', async () => {
  const path = join(tmpdir(), `idle-${process.pid}-${process.hrtime.bigint()}`);
  const listener = await listenForIdle(path);
  const waiting = createWaiting();
  listener.onReport(waiting.wake);
  const idle = connectIdleSocket(path);
  idle.report(1, 4);
  idle.report(2, 7);
  await waiting.until(
    () => listener.state.handled === 2,
    5000,
    () => 'no report came',
  );
  expect(listener.state).toEqual({ connected: true, handled: 2, frames: 7 });
  await listener.close();
  expect(() => idle.report(3, 8)).not.toThrow();
});

test('a socket that is not there does not trouble the product', async () => {
  const idle = connectIdleSocket('/nowhere/idle');
  idle.report(1, 1);
  // The same failure, seen: by the time it is reported here the reporter has met its own.
  await new Promise((resolve) => connect('/nowhere/idle').once('error', resolve));
  expect(() => idle.report(2, 2)).not.toThrow();
});
