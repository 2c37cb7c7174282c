import type { Session } from '../postgres/world.ts';
import type { Container } from './container.ts';
import type { Owner, ProjectFile } from './files.ts';
import { copyProcess } from './process.ts';
import type { Database } from './programs/postgres.ts';
import type { Recurring } from './recurrence.ts';
import type { Repository } from './repository.ts';
import type { Site } from './site.ts';
import type { Supply } from './supply.ts';
import type { Image, Load } from './system.ts';
import type { Volume } from './volumes.ts';
import type { Warehouse } from './warehouse.ts';

/** A line that a container wrote. */
export interface LogHappening {
  readonly kind: 'log';
  readonly container: string;
  readonly at: number;
  readonly stream: 'stdout' | 'stderr';
  readonly text: string;
}

/** Something that the engine tells of. */
export interface EventHappening {
  readonly kind: 'event';
  readonly type: 'container' | 'network' | 'image';
  readonly action: string;
  readonly id: string;
  readonly attributes: Readonly<Record<string, string>>;
  readonly at: number;
}

/** What others may want to know of a step of the world, in the order it happened. */
type Happening = LogHappening | EventHappening;

/** Sessions that somebody holds at a database, and begins anew when they are gone. */
export interface BurdenSessions extends Pick<Session, 'user' | 'database' | 'state' | 'query'> {
  /** How long they have been at it when they are first seen. */
  readonly forMs: number;
  /** They wait for their readers, and take no processor. */
  readonly read?: 'slowly';
  /** What each of them writes. */
  readonly bytesPerSecond?: number;
}

/** Something outside the containers that works on one of them: who sorts Redis' long lists, for one. */
export interface Burden {
  readonly name: string;
  /** The service it works on. */
  readonly service: string;
  readonly clients: number;
  /** How long each of its commands takes. */
  readonly commandMs: number;
  /** Whose connection it loses does not come back. */
  readonly once?: boolean;
  /** It was there before. */
  readonly begun?: boolean;
  /** Of a database: its sessions there, instead of commands. */
  readonly sessions?: BurdenSessions;
}

/**
 * All there is. It is made of plain data, moves only by `advance` and `apply`, and the same seed and the same
 * changes at the same times give the same world.
 */
export interface World {
  dice: number;
  /** Epoch ms of the world's own time. */
  now: number;
  readonly project: string;
  /** Between the parts of a container's name. */
  readonly separator: string;
  containers: Map<string, Container>;
  images: readonly Image[];
  networks: readonly { readonly name: string; readonly id: string; readonly project: string }[];
  load: Load;
  /** When the next request comes. */
  nextRequestAt: number;
  /** When those that wait get their answer. */
  inFlight: readonly number[];
  burdens: readonly Burden[];
  /** What breaks again however often it is mended. */
  recurring: readonly Recurring[];
  /** What database servers hold, by the volume it lies on. */
  databases: Map<string, Database>;
  /** What is around its containers. */
  site: Site;
  /** The project's compose files. */
  readonly composeFiles: readonly string[];
  /** The files of the project's folder that programs look for in their containers. */
  files: ReadonlyMap<string, ProjectFile>;
  /** Whose of them somebody else is than the user of the container, by their paths on the host. */
  owners: ReadonlyMap<string, Owner>;
  /** Folders of the host whose file system takes no changes. */
  readOnly: readonly string[];
  /** What the engine refuses to answer: a method and a path. */
  denied: readonly string[];
  volumes: ReadonlyMap<string, Volume>;
  supply: Supply;
  /** The database in a file; null for a system without one. */
  warehouse: Warehouse | null;
  /** What lies outside and cannot be reached at present, by name. */
  unreachable: readonly string[];
  repository: Repository;
  /** Ports of the host that programs of it listen on, in no container. */
  hostPorts: readonly number[];
  nextPid: number;
  /** Requests since it began; makes each of them another. */
  requests: number;
  /** What has happened since it was last asked. */
  happened: Happening[];
}

/** A world of its own: what is changed in it changes no other. */
export function copyWorld(world: World): World {
  const containers = new Map<string, Container>();
  for (const [id, container] of world.containers) {
    const process = container.process === null ? null : copyProcess(container.process);
    containers.set(id, { ...container, process });
  }
  return { ...world, containers, databases: new Map(world.databases), happened: [] };
}

/** Writes a line of a container's log. */
export function log(
  world: World,
  container: Container,
  text: string,
  { at = world.now, stream = 'stdout' }: { at?: number; stream?: 'stdout' | 'stderr' } = {},
): void {
  world.happened.push({ kind: 'log', container: container.id, at, stream, text });
}

/** Tells of a change of a container as the engine does. */
export function tell(
  world: World,
  container: Container,
  action: string,
  more: Readonly<Record<string, string>> = {},
): void {
  const attributes = { ...container.labels, image: container.image, name: container.name, ...more };
  const { id } = container;
  world.happened.push({ kind: 'event', type: 'container', action, id, attributes, at: world.now });
}

const ONE_OFF = 'com.docker.compose.oneoff';

/** Every container of a service, those that a command was run in left out, in the order of their numbers. */
export function ofService(world: World, service: string): readonly Container[] {
  return [...world.containers.values()]
    .filter((one) => one.service === service && one.project === world.project)
    .filter(({ labels }) => labels[ONE_OFF] !== 'True')
    .sort((a, b) => a.number - b.number);
}

/** The image of a container. */
export function imageOf(world: World, { imageId }: Pick<Container, 'imageId'>): Image | undefined {
  return world.images.find(({ id }) => id === imageId);
}

/** The container of an id, the beginning of one, or a name; null where there is none. */
export function containerBy(world: World, reference: string): Container | null {
  const exact = world.containers.get(reference);
  if (exact !== undefined) return exact;
  const all = [...world.containers.values()];
  const named = all.find(({ name }) => name === reference.replace(/^\//, ''));
  if (named !== undefined) return named;
  const fits = all.filter(({ id }) => id.startsWith(reference));
  return /^[0-9a-f]{4,}$/.test(reference) && fits.length === 1 ? (fits[0] ?? null) : null;
}
