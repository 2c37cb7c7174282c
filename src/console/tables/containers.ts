import type { Container, ContainerUsage } from '../../domain/container.ts';
import type { Health } from '../../domain/health.ts';
import { containers, factsOf, usageById } from '../../live/selectors.ts';
import type { LiveState } from '../../live/state.ts';
import { joined } from '../joined.ts';
import type { TableModel } from '../table.ts';

/** How a container stands, from its state, health and exit. */
export function containerHealth(container: Container): Health {
  switch (container.state) {
    case 'running':
      if (container.health === 'unhealthy') return 'critical';
      return container.health === 'starting' || container.oomKilled ? 'warning' : 'ok';
    case 'exited':
    case 'dead':
      return container.exitCode === 0 && !container.oomKilled ? 'warning' : 'critical';
    case 'restarting':
      return 'critical';
    case 'created':
      return 'unknown';
    default:
      return 'warning';
  }
}

/** The name without the compose project it shares with all others: `falcon-redis` is `redis`. */
function shortName(container: Pick<Container, 'name' | 'project'>): string {
  const { name, project } = container;
  const head = project === null ? '' : `${project}-`;
  return head !== '' && name.startsWith(head) && name !== head ? name.slice(head.length) : name;
}

export interface ContainerRow {
  readonly container: Container;
  readonly usage: ContainerUsage | null;
  /** The name to show: shortened while all containers are of one project. */
  readonly label: string;
  /** It was there to end, and ended well. */
  readonly finished?: boolean;
}

const rowOf = joined(
  (
    container: Container,
    usage: ContainerUsage | null,
    short: boolean,
    finished: boolean,
  ): ContainerRow => ({
    container,
    usage,
    label: short ? shortName(container) : container.name,
    finished,
  }),
);

const known = new WeakMap<LiveState['signals'], ReadonlySet<string>>();

/** The services, or names, of containers that have ended and are well: the signal `container` knows whom a role needs. */
function finishedIn({ signals }: LiveState): ReadonlySet<string> {
  const before = known.get(signals);
  if (before !== undefined) return before;
  const finished = new Set<string>();
  for (const { id, labels, value } of Object.values(signals)) {
    if (id === 'container' && value === 'finished') finished.add(labels['service'] ?? '');
  }
  known.set(signals, finished);
  return finished;
}

const sameNames = (a: ReadonlySet<string>, b: ReadonlySet<string>) =>
  a === b || (a.size === b.size && [...a].every((name) => b.has(name)));

/** The rows of each list of containers, with the usage they were made with. */
const made = new WeakMap<
  readonly Container[],
  {
    readonly usage: readonly unknown[];
    readonly finished: ReadonlySet<string>;
    readonly rows: readonly ContainerRow[];
  }
>();

/** Asked for several times a frame and a key: made anew only when a part of it is new. */
function rowsOf(live: LiveState): readonly ContainerRow[] {
  const all = containers(live);
  const facts = factsOf(live, 'usage').map(({ value }) => value);
  const finished = finishedIn(live);
  const before = made.get(all);
  if (
    before?.usage.length === facts.length &&
    sameNames(before.finished, finished) &&
    facts.every((fact, index) => fact === before.usage[index])
  ) {
    return before.rows;
  }
  const usage = usageById(live);
  const short = new Set(all.map(({ project }) => project)).size === 1;
  const rows = all.map((container) => {
    const { exitCode, id, name, service, state } = container;
    const ended = state === 'exited' && exitCode === 0 && finished.has(service ?? name);
    return rowOf(container, usage.get(id) ?? null, short, ended);
  });
  made.set(all, { usage: facts, finished, rows });
  return rows;
}

/** The containers of the region with what they use. */
export const containersTable: TableModel<ContainerRow> = {
  panel: 'containers',
  noun: 'container',
  rows: rowsOf,
  id: ({ container }) => container.id,
  name: ({ container }) => container.name,
  text: ({ container: c }) =>
    `${c.name} ${c.service ?? ''} ${c.image} ${c.state} ${c.health} ${c.id.slice(0, 12)}`,
  health: ({ container, finished }) => (finished === true ? 'ok' : containerHealth(container)),
  columns: [
    { id: 'name', title: 'name', key: ({ container }) => container.name, firstDescending: false },
    {
      id: 'state',
      title: 'state',
      key: ({ container }) => container.startedAt,
      firstDescending: true,
    },
    {
      id: 'cpu',
      title: 'cpu',
      key: ({ usage }) => usage?.cpu ?? null,
      firstDescending: true,
      metered: true,
    },
    {
      id: 'memory',
      title: 'memory',
      key: ({ usage }) => usage?.memoryBytes ?? null,
      firstDescending: true,
      metered: true,
    },
    {
      id: 'restarts',
      title: 'restarts',
      key: ({ container }) => container.restartCount,
      firstDescending: true,
    },
    { id: 'chart', title: 'cpu, 100 s', key: null, firstDescending: false },
    {
      id: 'image',
      title: 'image',
      key: ({ container }) => container.image,
      firstDescending: false,
    },
    { id: 'id', title: 'id', key: ({ container }) => container.id, firstDescending: false },
  ],
  defaultSort: { column: 'name', descending: false },
  copy: ({ container }) => container.id,
  logs: ({ container }) => container.id,
  usage: ({ container }) => container.id,
};
