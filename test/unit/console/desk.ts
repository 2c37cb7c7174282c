import { type Console, createConsole } from '../../../src/console/console.ts';
import { createIdleCounter, type IdleCounter } from '../../../src/console/idle.ts';
import type { Overlay, SessionState } from '../../../src/console/session.ts';
import { NOW, redisDead } from '../../fixtures/live.ts';
import {
  alarmedBoard,
  type FakePorts,
  type FakeRun,
  fakePorts,
  fakeRun,
} from '../../fixtures/run.ts';
import { createFakeClock, type FakeClock } from '../../harness/fake-clock.ts';

/** A console on fakes, without a screen: frames are painted when a test says so. */
export interface Desk {
  readonly console: Console;
  readonly ports: FakePorts;
  readonly run: FakeRun;
  readonly clock: FakeClock;
  readonly idle: IdleCounter;
  session(): SessionState;
  top(): Overlay | null;
  /** Presses keys; what they cause has happened when it resolves. Frames are painted after each. */
  press(...keys: readonly string[]): Promise<void>;
  /** As `press`, with dialogs long enough on the screen. */
  pressSeen(...keys: readonly string[]): Promise<void>;
}

export function openDesk(
  change: Partial<Parameters<typeof fakePorts>[0]> & {
    readonly start?: Parameters<typeof fakeRun>[0];
  } = {},
): Desk {
  const clock = createFakeClock(NOW);
  const run = fakeRun(change.start);
  const ports = fakePorts({ clock, live: redisDead, board: alarmedBoard, run, ...change });
  const idle = createIdleCounter();
  const console = createConsole(ports, { idle });
  const press = async (keys: readonly string[], seenMs: number) => {
    for (const key of keys) {
      console.key({ kind: 'key', key, burst: false });
      await clock.settle();
      console.painted();
      if (seenMs > 0) await clock.advance(seenMs);
    }
  };
  return {
    console,
    ports,
    run,
    clock,
    idle,
    session: () => console.session.getState(),
    top: () => console.session.getState().overlays.at(-1) ?? null,
    press: (...keys) => press(keys, 0),
    pressSeen: (...keys) => press(keys, 300),
  };
}
