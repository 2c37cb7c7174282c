import { type Clock, systemClock, type Timer } from '../../domain/clock.ts';
import type { Container, ContainerUsage } from '../../domain/container.ts';
import { OperatorError } from '../../domain/operator-error.ts';
import type { Source } from '../../domain/source.ts';
import { timeLimit } from '../../domain/time-limit.ts';
import type { DockerClient } from './client.ts';
import type { ListedContainer } from './decode.ts';
import { toUsage, type UsageReading } from './decode-usage.ts';
import { createInventory } from './inventory.ts';
import { inParallel } from './parallel.ts';
import { RECENT_MS } from './restarts.ts';

interface DockerSourceOptions {
  readonly client: DockerClient;
  readonly name: string;
  /** Only this compose project's containers; null for all of the engine's. */
  readonly project: string | null;
  readonly intervalMs: number;
  readonly timeoutMs: number;
  readonly clock?: Clock;
}

export interface DockerContainersOptions extends DockerSourceOptions {
  /**
   * Every answer waits for all its inspections, as commands without a screen want it. Otherwise the
   * first answer tells the list at once, and the watch asks for a poll when the inspections are in.
   */
  readonly complete?: boolean;
}

export interface DockerUsageOptions extends DockerSourceOptions {
  /**
   * The ids of the containers whose numbers somebody sees or a signal needs, asked at every poll;
   * null, as without it: all that run.
   */
  readonly wanted?: () => ReadonlySet<string> | null;
}

/** How long the engine's event feed is relied on before it is asked for the whole list again. */
const LIST_EVERY_MS = 30_000;
/**
 * The engine tells of an event before its list shows it: a list that was asked for sooner after one is not
 * relied on.
 */
const SETTLED_MS = 1000;
/** How long a poll waits for the inspections of what changed. */
const PATIENCE_MS = 250;
/** The part of a poll's time that a complete answer may wait for its inspections. */
const COMPLETE_SHARE = 0.75;
/**
 * Readings asked for at the same time. The engine answers each at its next second, be it asked for
 * one or for many: what is asked together costs one wait.
 */
const PARALLEL_READINGS = 32;
/** The part of a poll's time after which no more readings are begun: the rest keep their last. */
const BEGIN_SHARE = 0.5;
/** The part of it after which none is waited for: one container may hang the engine's reading. */
const WAIT_SHARE = 0.9;
/** A reading that could not be renewed is told for so many intervals. */
const KEPT_INTERVALS = 3;
/** Rates need two readings: the second of a container that comes into view is not waited for long. */
const SECOND_READING_AFTER_MS = 1000;
/** The readings of containers out of view that are kept, so that rates are there on return. */
const READINGS_MAX = 1000;

/** True for failures that concern one container and must not hide the others. */
function concernsOne(thrown: unknown): boolean {
  return isTimeout(thrown) || (thrown instanceof OperatorError && thrown.kind === 'missing');
}

function isTimeout(thrown: unknown): boolean {
  return thrown instanceof OperatorError && thrown.kind === 'timeout';
}

/**
 * The containers of a project, sorted by name. A container is inspected only when its line in the
 * engine's list changed or an event named it; the event feed asks for a poll when something happens.
 */
export function dockerContainersSource(options: DockerContainersOptions): Source<'containers'> {
  const { client, project, timeoutMs, clock = systemClock, complete = false } = options;
  let changed: (() => void) | null = null;
  let unheard = false;
  let first = true;
  /** The last list; null once something has happened since it was asked for. */
  let listed: { readonly lines: readonly ListedContainer[]; readonly at: number } | null = null;
  let known: readonly Container[] | null = null;
  /** Counts what makes a list old: an event, or a moment in which nobody listened. */
  let stirs = 0;
  let heardAt = Number.NEGATIVE_INFINITY;
  let again: Timer | null = null;
  let pings = true;
  /** Engine's time of the last event, epoch ms: a feed that is opened again misses none. */
  let lastEventAt: number | null = null;

  const inventory = createInventory({
    client,
    clock,
    inspectionLimitMs: timeoutMs / 2,
    changed: () => {
      known = null;
      unheard = changed === null;
      changed?.();
    },
  });

  const stir = () => {
    stirs += 1;
    listed = null;
  };

  /** Whether the engine says that it lives; false where it, or what stands before it, will not say. */
  const alive = async (signal: AbortSignal): Promise<boolean> => {
    if (!pings) return false;
    try {
      await client.ping(signal);
      return true;
    } catch (thrown) {
      if (!(thrown instanceof OperatorError)) throw thrown;
      if (thrown.kind === 'unreachable' || thrown.kind === 'timeout') throw thrown;
      pings = false;
      return false;
    }
  };

  const list = async (signal: AbortSignal) => {
    const at = clock.now();
    const before = stirs;
    const lines = await client.list({ project }, signal);
    const settled = stirs === before && at - heardAt >= SETTLED_MS;
    listed = settled ? { lines, at } : null;
    return lines;
  };

  return {
    name: options.name,
    kind: 'containers',
    intervalMs: options.intervalMs,
    timeoutMs,
    async poll(signal) {
      // While the event feed is open, what it did not tell of has not changed.
      const recent = listed !== null && clock.now() - listed.at < LIST_EVERY_MS;
      const quiet = changed !== null && recent && (await alive(signal));
      if (quiet && known !== null) return known;
      const lines = quiet && listed !== null ? listed.lines : await list(signal);
      const patienceMs = complete ? timeoutMs * COMPLETE_SHARE : first ? 0 : PATIENCE_MS;
      const containers = await inventory.take(lines, patienceMs, signal);
      first = false;
      known = containers;
      return containers;
    },
    async watch(tell, signal) {
      changed = tell;
      stir();
      if (unheard) tell();
      unheard = false;
      const sinceMs = lastEventAt ?? clock.now() - RECENT_MS;
      try {
        await client.events(
          { sinceMs },
          (event) => {
            lastEventAt = event.at ?? lastEventAt;
            inventory.heard(event);
            if (event.type !== 'network' && project !== null && event.project !== project) return;
            stir();
            heardAt = clock.now();
            again?.cancel();
            again = clock.after(SETTLED_MS, () => changed?.());
            tell();
          },
          signal,
        );
      } finally {
        changed = null;
      }
    },
    close() {
      again?.cancel();
      inventory.close();
    },
  };
}

/** The last readings of containers, the oldest first. */
interface Reading {
  readonly reading: UsageReading;
  readonly usage: ContainerUsage;
  readonly at: number;
}

/** What running containers use: of those that are wanted. None wanted costs the engine nothing. */
export function dockerUsageSource(options: DockerUsageOptions): Source<'usage'> {
  const { client, project, clock = systemClock } = options;
  const readings = new Map<string, Reading>();
  let again: (() => void) | null = null;

  /** Reads one container anew; returns why it could not, where that concerns only this one. */
  async function renew(id: string, signal: AbortSignal, enough: AbortSignal): Promise<unknown> {
    const at = clock.now();
    let reading: UsageReading;
    try {
      reading = await client.stats(id, AbortSignal.any([signal, enough]));
    } catch (thrown) {
      signal.throwIfAborted();
      if (!concernsOne(thrown)) throw thrown;
      return thrown;
    }
    const before = readings.get(id)?.reading;
    readings.delete(id);
    // A stopped container is answered with nothing.
    if (reading.cpuNs === null && reading.memoryBytes === null) return null;
    readings.set(id, { reading, usage: toUsage(id, before, reading), at });
    for (const oldest of readings.keys()) {
      if (readings.size <= READINGS_MAX) break;
      readings.delete(oldest);
    }
    return null;
  }

  async function wantedIds(signal: AbortSignal): Promise<readonly string[]> {
    const wanted = options.wanted?.() ?? null;
    if (wanted !== null) return [...wanted];
    const lines = await client.list({ project, runningOnly: true }, signal);
    return lines.map(({ id }) => id);
  }

  return {
    name: options.name,
    kind: 'usage',
    intervalMs: options.intervalMs,
    timeoutMs: options.timeoutMs,
    async poll(signal) {
      const startedAt = clock.now();
      const ids = await wantedIds(signal);
      const newcomers = ids.some((id) => !readings.has(id));
      const age = (id: string) => readings.get(id)?.at ?? 0;
      const enough = timeLimit(options.timeoutMs * WAIT_SHARE);
      const oldestFirst = ids.toSorted((a, b) => age(a) - age(b));
      const failures = await inParallel(oldestFirst, PARALLEL_READINGS, async (id) => {
        const late = clock.now() - startedAt > options.timeoutMs * BEGIN_SHARE;
        return late ? null : renew(id, signal, enough);
      });
      // An engine that answers for none of them hangs, whatever was read before.
      const hung = failures.length > 0 && failures.every(isTimeout);
      if (hung) throw failures[0];
      if (newcomers && options.intervalMs > SECOND_READING_AFTER_MS) {
        clock.after(SECOND_READING_AFTER_MS, () => again?.());
      }
      const tooOld = startedAt - KEPT_INTERVALS * options.intervalMs;
      return ids.flatMap((id) => {
        const known = readings.get(id);
        return known === undefined || known.at < tooOld ? [] : [known.usage];
      });
    },
    watch: (tell, signal) =>
      new Promise((resolve) => {
        again = tell;
        const end = () => {
          again = null;
          resolve();
        };
        if (signal.aborted) end();
        else signal.addEventListener('abort', end, { once: true });
      }),
  };
}
