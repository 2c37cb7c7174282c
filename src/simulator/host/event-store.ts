import type { EventHappening } from '../world/world.ts';

/** An engine remembers so many. */
const EVENTS_MAX = 256;

/** What the engine tells of. */
export interface EventStore {
  take(events: readonly EventHappening[]): void;
  /** What it remembers, oldest first. */
  past(): readonly EventHappening[];
  /** Hands on each further event. @returns ends it */
  follow(deliver: (event: EventHappening) => void): () => void;
}

export function createEventStore(): EventStore {
  let kept: readonly EventHappening[] = [];
  const followers = new Set<(event: EventHappening) => void>();
  return {
    take(events) {
      if (events.length === 0) return;
      kept = [...kept, ...events].slice(-EVENTS_MAX);
      for (const event of events) for (const deliver of followers) deliver(event);
    },
    past: () => kept,
    follow(deliver) {
      followers.add(deliver);
      return () => followers.delete(deliver);
    },
  };
}
