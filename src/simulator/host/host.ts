import { advance } from '../world/advance.ts';
import { apply } from '../world/apply.ts';
import type { Applied, Change } from '../world/change.ts';
import type { World } from '../world/world.ts';
import { createEventStore, type EventStore } from './event-store.ts';
import { createLogStore, type LogStore } from './log-store.ts';
import { createWorldClock, type WorldClock } from './world-clock.ts';

/** How often the world moves while nobody waits for something of it. */
const AT_REST_MS = 250;
const WAITED_FOR_MS = 25;

/** What servers share: one world, moved by one clock, and what has happened in it. */
export interface Host {
  readonly clock: WorldClock;
  readonly logs: LogStore;
  readonly events: EventStore;
  /** The world as it is at this moment. */
  world(): World;
  /** Makes a change at this moment. */
  change(change: Change): Applied;
  /** Waits until the world is as wanted; at once where it is. Rejects when `signal` is aborted. */
  until(wanted: (world: World) => boolean, signal: AbortSignal): Promise<void>;
  /** How many wait for the world to be as they want it. */
  readonly waiting: number;
  /** Tells of every step and change. @returns ends it */
  watch(changed: (world: World) => void): () => void;
  close(): void;
}

export interface HostOptions {
  /** The world before it begins to move by itself. */
  readonly world: World;
  readonly factor?: number;
  /** Everybody else's clock. */
  readonly real?: () => number;
  /** What was written and told before. */
  readonly logs?: LogStore;
  readonly events?: EventStore;
}

/** Lets a world live. */
export function createHost(options: HostOptions): Host {
  const {
    factor = 1,
    real = Date.now,
    logs = createLogStore(),
    events = createEventStore(),
  } = options;
  const clock = createWorldClock(real, factor);
  const watchers = new Set<(world: World) => void>();
  let world = options.world;
  let waiting = 0;
  let timer: NodeJS.Timeout | null = null;
  let closed = false;

  const take = (next: World) => {
    const removed = [...world.containers.keys()].filter((id) => !next.containers.has(id));
    world = next;
    const { happened } = next;
    next.happened = [];
    logs.take(
      happened.filter((one) => one.kind === 'log'),
      next.now,
    );
    events.take(happened.filter((one) => one.kind === 'event'));
    for (const id of removed) logs.forget(id);
    for (const changed of watchers) changed(next);
  };
  const sync = () => {
    const elapsedMs = clock.now() - world.now;
    if (elapsedMs > 0) take(advance(world, elapsedMs));
    return world;
  };
  const tick = () => {
    if (closed) return;
    sync();
    timer = setTimeout(tick, waiting > 0 ? WAITED_FOR_MS : AT_REST_MS);
  };
  const hurry = () => {
    if (timer !== null) clearTimeout(timer);
    timer = setTimeout(tick, WAITED_FOR_MS);
  };
  take(world);
  tick();

  return {
    clock,
    logs,
    events,
    world: sync,
    get waiting() {
      return waiting;
    },
    change(change) {
      sync();
      const applied = apply(world, change);
      take(applied.world);
      return applied;
    },
    until(wanted, signal) {
      if (signal.aborted) return Promise.reject(signal.reason);
      if (wanted(sync())) return Promise.resolve();
      waiting += 1;
      hurry();
      return new Promise((resolve, reject) => {
        const end = () => {
          watchers.delete(look);
          signal.removeEventListener('abort', giveUp);
          waiting -= 1;
        };
        const giveUp = () => {
          end();
          reject(signal.reason);
        };
        const look = (now: World) => {
          if (!wanted(now)) return;
          end();
          resolve();
        };
        watchers.add(look);
        signal.addEventListener('abort', giveUp, { once: true });
      });
    },
    watch(changed) {
      watchers.add(changed);
      return () => watchers.delete(changed);
    },
    close() {
      closed = true;
      if (timer !== null) clearTimeout(timer);
    },
  };
}
