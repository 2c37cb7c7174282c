import type { DatabaseWorld, Following, Standby } from './world.ts';

/** How a standby and its primary know each other. */
export interface Link {
  /** The standby's name at its primary. */
  readonly application: string;
  /** The standby's address at its primary; null over the local socket. */
  readonly client: string | null;
  readonly senderHost: string;
  readonly senderPort: number;
  /** What the standby replays at most, bytes a second; all at once unless told. */
  readonly bytesPerSecond?: number;
}

const RECEIVER_PID = 50;
const isUp = ({ state }: DatabaseWorld) => state.presence === 'up';

/**
 * Lets a standby follow its primary: what is written there is received and replayed here, unless replay
 * is paused, or one of them is gone. A standby that is promoted follows nobody any more.
 * @returns how to part them
 */
export function followPrimary(
  primary: DatabaseWorld,
  standby: DatabaseWorld,
  link: Link,
): () => void {
  let lookedAt = standby.now();

  /** How far it has come: no further than it can since it was last looked at. */
  function replayedBy(before: Following, position: number): number {
    const { bytesPerSecond } = link;
    const elapsedMs = standby.now() - lookedAt;
    lookedAt += elapsedMs;
    if (before.paused) return before.replayed;
    if (bytesPerSecond === undefined) return position;
    return Math.min(position, before.replayed + Math.round((elapsedMs * bytesPerSecond) / 1000));
  }

  function received(before: Following): Following {
    const { senderHost, senderPort } = link;
    const { position } = primary.state;
    const replayed = replayedBy(before, position);
    return {
      ...{ status: 'streaming', slot: null, senderHost, senderPort, latest: position },
      ...{ received: position, replayed, paused: before.paused },
      lastReplayedAt: replayed === before.replayed ? before.lastReplayedAt : standby.now(),
    };
  }

  function shown({ replayed }: Following, before: Standby | undefined): Standby {
    const { position } = primary.state;
    return {
      ...{ pid: RECEIVER_PID, application: link.application, client: link.client },
      ...{ state: 'streaming', sync: 'async', flushed: position, replayed },
      behindSince: replayed < position ? (before?.behindSince ?? primary.now()) : null,
    };
  }

  function tell<K extends 'following' | 'standbys'>(
    world: DatabaseWorld,
    key: K,
    value: DatabaseWorld['state'][K],
  ): void {
    if (JSON.stringify(world.state[key]) === JSON.stringify(value)) return;
    world.apply({ kind: 'told', patch: { [key]: value } });
  }

  function step(): void {
    const before = standby.state.following;
    if (before !== null && isUp(primary) && isUp(standby)) {
      const following = received(before);
      tell(standby, 'following', following);
      tell(primary, 'standbys', [shown(following, primary.state.standbys[0])]);
      return;
    }
    if (before !== null) tell(standby, 'following', { ...before, status: null });
    tell(primary, 'standbys', []);
  }

  const stops = [primary.watch(step), standby.watch(step)];
  step();
  return () => {
    for (const stop of stops) stop();
  };
}
