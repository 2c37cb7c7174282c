import type { Link } from '../postgres/replication.ts';
import { followPrimary } from '../postgres/replication.ts';
import type { DatabaseWorld } from '../postgres/world.ts';
import type { Container } from '../world/container.ts';
import type { World } from '../world/world.ts';
import type { Host } from './host.ts';

function serverIn(world: World): Container | null {
  const runs = ({ process }: Container) => process?.kind === 'postgres';
  return [...world.containers.values()].find(runs) ?? null;
}

/** The one database of a world, whether its server runs or not. */
function databaseOf(host: Host): DatabaseWorld {
  return {
    get state() {
      const world = host.world();
      const [database] = world.databases.values();
      if (database === undefined) throw new Error('there is no database');
      const server = serverIn(world);
      const up = server?.state === 'running' && (server.process?.readyAt ?? 0) <= world.now;
      return up ? database.state : { ...database.state, presence: 'down' as const };
    },
    now: () => host.world().now,
    after: () => ({ cancel: () => undefined }),
    apply(change) {
      const container = serverIn(host.world())?.id;
      if (container !== undefined) host.change({ kind: 'postgres', container, change });
    },
    watch: (listener) => host.watch(() => listener({ kind: 'told', patch: {} })),
  };
}

/**
 * Lets the database of one world follow that of another.
 * @returns parts them
 */
export function follow(primary: Host, standby: Host, link: Link): () => void {
  const [first, second] = [databaseOf(primary), databaseOf(standby)];
  const { position } = first.state;
  const { senderHost, senderPort } = link;
  const following = {
    ...{ status: null, slot: null, senderHost, senderPort, latest: position, paused: false },
    ...{ received: position, replayed: position, lastReplayedAt: standby.world().now },
  };
  second.apply({ kind: 'told', patch: { following } });
  const tell = (writable: boolean) => {
    const known = primary.world().site.standby;
    if (known?.writable === writable) return;
    primary.change({ kind: 'site', patch: { standby: { host: link.application, writable } } });
  };
  tell(false);
  const ended = standby.watch(() => tell(second.state.following === null));
  const parted = followPrimary(first, second, link);
  return () => {
    ended();
    parted();
  };
}
