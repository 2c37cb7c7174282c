import type { ContainerDetail } from './decode.ts';
import type { EngineEvent } from './decode-stream.ts';

/** How far back restarts count as recent. */
export const RECENT_MS = 10 * 60_000;
/** Of one container; a tighter loop shows as this many. */
const RESTARTS_MAX = 100;
/** The event of a start and the start's own time differ by less. */
const SAME_START_MS = 2000;
/** A busy engine tells of a start later than it was. */
const LATE_EVENT_MS = 15_000;
const NONE: readonly number[] = [];

/** When containers were started again lately, from events and from what inspections show. */
export interface Restarts {
  seen(event: EngineEvent): void;
  /** Compares two inspections of a container, so that what no event told is found. */
  inspected(before: ContainerDetail | null, after: ContainerDetail): void;
  /** Epoch ms, oldest first; the same array while nothing changed. */
  of(id: string, now: number): readonly number[];
  /** Forgets every other container. */
  keep(ids: ReadonlySet<string>): void;
}

export function createRestarts(): Restarts {
  const times = new Map<string, readonly number[]>();
  const down = new Set<string>();
  /** Starts that the last inspection found and no event has told of yet. */
  const unheard = new Map<string, readonly number[]>();

  const add = (id: string, added: readonly number[]) => {
    if (added.length === 0) return;
    const all = [...(times.get(id) ?? NONE), ...added].sort((a, b) => a - b);
    times.set(id, all.slice(-RESTARTS_MAX));
  };

  return {
    seen({ type, action, container, at: exactly }) {
      if (type !== 'container' || container === null || exactly === null) return;
      const at = Math.floor(exactly);
      if (action === 'die') down.add(container);
      if (action !== 'start' || !down.delete(container)) return;
      // A stream that was opened again may repeat its last events, or tell what an inspection found.
      const found = unheard.get(container) ?? NONE;
      const same = found.findIndex(
        (start) => at > start - SAME_START_MS && at < start + LATE_EVENT_MS,
      );
      if (same >= 0) unheard.set(container, found.toSpliced(same, 1));
      else if (!(times.get(container) ?? NONE).includes(at)) add(container, [at]);
    },
    inspected(before, after) {
      const { id, startedAt } = after;
      if (before === null || before.startedAt === null || startedAt === null) return;
      if (startedAt <= before.startedAt) return;
      // The event of the start before may be stamped a little later than that start.
      const gapMs = startedAt - before.startedAt;
      const since = before.startedAt + Math.min(SAME_START_MS, gapMs / 2);
      const known = (times.get(id) ?? NONE).filter((at) => at > since).length;
      const happened = Math.max(1, after.restartCount - before.restartCount);
      const missed = Math.min(Math.max(0, happened - known), RESTARTS_MAX);
      const found = Array<number>(missed).fill(startedAt);
      unheard.set(id, found);
      add(id, found);
    },
    of(id, now) {
      const all = times.get(id);
      if (all === undefined) return NONE;
      if ((all[0] ?? now) > now - RECENT_MS) return all;
      const recent = all.filter((at) => at > now - RECENT_MS);
      if (recent.length === 0) times.delete(id);
      else times.set(id, recent);
      return recent.length === 0 ? NONE : recent;
    },
    keep(ids) {
      for (const id of times.keys()) if (!ids.has(id)) times.delete(id);
      for (const id of unheard.keys()) if (!ids.has(id)) unheard.delete(id);
      for (const id of down) if (!ids.has(id)) down.delete(id);
    },
  };
}
