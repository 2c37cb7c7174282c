import { expect, it } from 'vitest';
import { createTraffic } from '../../../src/drills/traffic.ts';

function line() {
  const closed: (() => void)[] = [];
  return {
    bytesRead: 0,
    bytesWritten: 0,
    once: (_event: 'close', listener: () => void) => void closed.push(listener),
    close: () => {
      for (const listener of closed) listener();
    },
  };
}

it('a connection asks from when it is opened or something is said on it, until it is answered', () => {
  const traffic = createTraffic();
  const one = line();
  traffic.watch(one);
  expect(traffic.look()).toEqual({ moved: true, asks: true });
  expect(traffic.look()).toEqual({ moved: false, asks: true });
  one.bytesRead = 5;
  expect(traffic.look()).toEqual({ moved: true, asks: false });
  expect(traffic.look()).toEqual({ moved: false, asks: false });
  one.bytesWritten = 9;
  traffic.said(one);
  expect(traffic.look()).toEqual({ moved: true, asks: true });
  expect(traffic.look()).toEqual({ moved: false, asks: true });
  one.close();
  expect(traffic.look()).toEqual({ moved: false, asks: false });
});

it('a connection that has heard an answer and asked again asks, and one that was answered at once does not', () => {
  const traffic = createTraffic();
  const one = line();
  traffic.watch(one);
  one.bytesRead = 5;
  traffic.said(one);
  one.bytesWritten = 9;
  expect(traffic.look()).toEqual({ moved: true, asks: true });
  traffic.said(one);
  one.bytesWritten = 18;
  one.bytesRead = 10;
  expect(traffic.look()).toEqual({ moved: true, asks: false });
});
