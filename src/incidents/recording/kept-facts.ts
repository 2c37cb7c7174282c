import type { Cache } from '../../domain/cache.ts';
import type { Container, ContainerUsage } from '../../domain/container.ts';
import type { Database } from '../../domain/database.ts';
import type { FactKind, FactOf } from '../../domain/fact.ts';
import type { StoredFact } from '../../live/state.ts';

/** What is kept of each kind of fact, and no more: an incident may last for hours. */
const MOST = {
  containers: 60,
  sessions: 10,
  idleSessions: 2,
  slowCommands: 5,
  disks: 8,
  notices: 20,
  services: 20,
  text: 200,
} as const;

/** Use of a container: its id, processor, memory and its limit. */
type KeptUsage = readonly [
  id: string,
  cpu: number | null,
  memoryBytes: number | null,
  memoryLimitBytes: number | null,
];

/** A fact as it is recorded. */
export interface KeptFact {
  readonly source: string;
  readonly kind: FactKind;
  readonly value: unknown;
  /** Epoch ms. */
  readonly observedAt: number;
}

const cut = (text: string) => text.slice(0, MOST.text);

function keptContainer(container: Container): Container {
  const { labels: _, probe, ...rest } = container;
  return {
    ...rest,
    ports: [],
    addresses: {},
    recentRestarts: rest.recentRestarts.slice(-MOST.slowCommands),
    ...(probe == null ? {} : { probe: { ...probe, output: cut(probe.output) } }),
  };
}

const keptUsage = (usage: ContainerUsage): KeptUsage => [
  usage.id,
  usage.cpu,
  usage.memoryBytes,
  usage.memoryLimitBytes,
];

function usageOf([id, cpu, memoryBytes, memoryLimitBytes]: KeptUsage): ContainerUsage {
  const untold = {
    receivedBytes: null,
    sentBytes: null,
    receivedBytesPerSecond: null,
    sentBytesPerSecond: null,
    readBytes: null,
    writtenBytes: null,
    pids: null,
    pidsLimit: null,
  } as const;
  return { id, cpu, memoryBytes, memoryLimitBytes, ...untold };
}

const LEFT_OUT = 'the record leaves out statements, sizes and all but a few sessions';

/** Sessions that do something, or are waited for, say more than those that are idle. */
function keptDatabase(database: Database): Database {
  const { sessions } = database;
  const busy = sessions.filter(({ state }) => state !== 'idle');
  const idle = sessions.filter(({ state }) => state === 'idle').slice(0, MOST.idleSessions);
  const kept = [...busy, ...idle].slice(0, MOST.sessions);
  return {
    ...database,
    sessions: kept.map((session) => ({ ...session, query: cut(session.query) })),
    sessionsCut: database.sessionsCut || kept.length < sessions.length,
    sizes: [],
    statements: null,
    notes: [...database.notes.slice(0, MOST.slowCommands), LEFT_OUT],
  };
}

const keptCache = (cache: Cache): Cache => ({
  ...cache,
  slowLog: cache.slowLog?.slice(0, MOST.slowCommands) ?? null,
});

/** What is recorded of a fact; null for kinds that are not: pages of metrics, and the other regions. */
export function keptFact(fact: StoredFact): KeptFact | null {
  const { kind, observedAt, source } = fact;
  const kept = (value: unknown): KeptFact => ({ source, kind, value, observedAt });
  switch (fact.kind) {
    case 'containers':
      return kept(fact.value.slice(0, MOST.containers).map(keptContainer));
    case 'usage':
      return kept(fact.value.slice(0, MOST.containers).map(keptUsage));
    case 'cache':
      return kept(keptCache(fact.value));
    case 'database':
      return kept(keptDatabase(fact.value));
    case 'host':
      return kept({ ...fact.value, disks: fact.value.disks.slice(0, MOST.disks) });
    case 'notices':
      return kept(fact.value.slice(0, MOST.notices));
    case 'compose': {
      const missing = fact.value.filter((service) => service.missing > 0);
      return kept(missing.slice(0, MOST.services));
    }
    case 'check':
    case 'certificate':
      return kept(fact.value);
    default:
      return null;
  }
}

/** The fact that a record tells of, as panels read it. */
export function factOf({ kind, observedAt, source, value }: KeptFact): StoredFact {
  const told =
    kind === 'usage' ? (value as readonly KeptUsage[]).map(usageOf) : (value as FactOf<FactKind>);
  return { kind, source, value: told, observedAt } as StoredFact;
}
