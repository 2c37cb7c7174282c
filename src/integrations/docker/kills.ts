import type { EngineEvent } from './decode-stream.ts';
import { RECENT_MS } from './restarts.ts';

/** A container that ran out of memory dies of it within this time; the events may come either way round. */
const DIES_WITHIN_MS = 5000;

/**
 * Which containers were killed for want of memory lately, from events: the engine forgets it as soon as
 * the container runs again, which may be before it is inspected.
 */
export interface Kills {
  seen(event: EngineEvent): void;
  /** Whether it happened within the last 10 minutes. */
  lately(id: string, now: number): boolean;
  /** Forgets every other container. */
  keep(ids: ReadonlySet<string>): void;
}

export function createKills(): Kills {
  const starved = new Map<string, number>();
  const died = new Map<string, number>();
  const killed = new Map<string, number>();

  return {
    seen({ type, action, container, at }) {
      if (type !== 'container' || container === null || at === null) return;
      if (action === 'oom') starved.set(container, at);
      else if (action === 'die') died.set(container, at);
      else return;
      const [wanted, ended] = [starved.get(container), died.get(container)];
      if (wanted === undefined || ended === undefined) return;
      // A process of it that was killed alone leaves the container running: then nothing died.
      if (Math.abs(ended - wanted) <= DIES_WITHIN_MS) killed.set(container, ended);
    },
    lately(id, now) {
      const at = killed.get(id);
      return at !== undefined && now - at < RECENT_MS;
    },
    keep(ids) {
      for (const known of [starved, died, killed]) {
        for (const id of known.keys()) if (!ids.has(id)) known.delete(id);
      }
    },
  };
}
