import * as z from 'zod';
import { nearest } from '../../domain/nearest.ts';
import { OperatorError } from '../../domain/operator-error.ts';
import type { RunContext } from '../contract.ts';
import type { DockerClient } from './client.ts';
import type { ListedContainer } from './decode.ts';

/** Which containers are meant: those of a role, or one by its name or id. */
export interface Selector {
  readonly service?: string | undefined;
  readonly container?: string | undefined;
}

const NAME = '[\\dA-Za-z][\\w.-]{0,254}';

const selectorFields = {
  service: z.string().optional().describe('the role whose containers are meant'),
  container: z
    .string()
    .regex(new RegExp(`^(?:${NAME}(?:,${NAME})*)?$`), 'must be the name or id of a container')
    .optional()
    .describe('a container by its name or id, several with commas, instead of `service`'),
};

function given(text: string | undefined): text is string {
  return text !== undefined && text !== '';
}

function exactlyOne({ service, container }: Selector): boolean {
  return given(service) !== given(container);
}

/**
 * The input of a probe or action on containers: exactly one of `service` and `container`, and `shape`.
 * An empty text counts as not given, so that an undo can name both.
 */
export function containerInput<S extends z.ZodRawShape>(shape: S) {
  return z
    .strictObject({ ...selectorFields, ...shape })
    .refine((value) => exactlyOne(value as Selector), {
      error: 'must name either `service`, a role, or `container`, a name or id',
    });
}

/** The containers that are meant, with those of their project. */
export interface Selected {
  /** What was asked for in words, e.g. `worker-1, worker-2` or `falcon-redis`. */
  readonly what: string;
  /** Null outside compose, for containers of several projects, and for one that is not there. */
  readonly project: string | null;
  /** Services of the role, or of the containers. */
  readonly services: readonly string[];
  /** Every container of the project; of the engine where there is no one project. */
  readonly all: readonly ListedContainer[];
  readonly own: readonly ListedContainer[];
  /** Of several that were named, those that are not there. */
  readonly missing: readonly string[];
}

function ownedBy(all: readonly ListedContainer[], services: readonly string[]): ListedContainer[] {
  return all.filter(
    ({ service, oneOff }) => service !== null && services.includes(service) && !oneOff,
  );
}

/** Shorter beginnings of an id are no identity. */
const SHORT_ID_LENGTH = 12;

/** The container of a name or of the beginning of an id. */
function byName(engine: readonly ListedContainer[], wanted: string): ListedContainer | null {
  const named = engine.find(({ name }) => name === wanted);
  if (named !== undefined || wanted.length < SHORT_ID_LENGTH) return named ?? null;
  const found = engine.filter(({ id }) => id.startsWith(wanted));
  if (found.length <= 1) return found[0] ?? null;
  const message = `${found.length} containers have an id that begins with ${wanted}`;
  throw new OperatorError('missing', message, 'name one, or give its whole id');
}

/** The services a role is bound to, one at least. */
export function servicesOf(role: string, context: Pick<RunContext, 'bind'>): readonly string[] {
  const { service, services } = context.bind(role);
  return services ?? [service];
}

/** Finds a role's containers by their compose labels, or one by its name; none is an empty list. */
export async function containersOf(
  client: DockerClient,
  selector: Selector,
  context: RunContext,
): Promise<Selected> {
  if (given(selector.service)) {
    const { project } = context.bind(selector.service);
    const services = servicesOf(selector.service, context);
    const all = await client.list({ project }, context.signal);
    const own = ownedBy(all, services);
    return { what: services.join(', '), project, services, all, own, missing: [] };
  }
  const wanted = [...new Set((selector.container ?? '').split(','))];
  const engine = await client.list({ project: null }, context.signal);
  const own = [...new Set(wanted.flatMap((name) => byName(engine, name) ?? []))];
  const projects = new Set(own.map(({ project }) => project));
  const project = projects.size === 1 ? (own[0]?.project ?? null) : null;
  return {
    what: wanted.join(', '),
    project,
    services: [...new Set(own.flatMap(({ service }) => service ?? []))],
    all: project === null ? engine : engine.filter((line) => line.project === project),
    own,
    missing: wanted.filter((name) => byName(engine, name) === null),
  };
}

/** The whole of services, by their names. */
export async function servicesIn(
  client: DockerClient,
  { project, services }: { readonly project: string; readonly services: readonly string[] },
  context: Pick<RunContext, 'signal'>,
): Promise<Selected> {
  const all = await client.list({ project }, context.signal);
  const own = ownedBy(all, services);
  return { what: services.join(', '), project, services, all, own, missing: [] };
}

/**
 * The whole services of what is meant: of a container all containers of its service, of a role also
 * services that have none.
 * @throws OperatorError('missing') for what is not there, or belongs to no compose service
 */
export async function wholeServicesOf(
  client: DockerClient,
  selector: Selector,
  context: RunContext,
): Promise<Selected & { readonly project: string }> {
  const selected = given(selector.service)
    ? await containersOf(client, selector, context)
    : await someContainersOf(client, selector, context);
  const { project, what, services } = selected;
  if (project === null || services.length === 0) {
    const message = `${what} belongs to no compose service`;
    throw new OperatorError('missing', message, 'restart it, or make it anew by hand');
  }
  return {
    ...selected,
    project,
    services: [...services].sort(),
    own: ownedBy(selected.all, services),
  };
}

/** What of the names there is most like what was asked for. */
export function candidatesOf({ what, missing, all }: Selected): string[] {
  const [name] = missing;
  if (name !== undefined)
    return nearest(
      name,
      all.map((line) => line.name),
    );
  return nearest(
    what,
    all.flatMap(({ service }) => service ?? []),
  );
}

/**
 * As `containersOf`, at least one.
 * @throws OperatorError('missing') naming the nearest
 */
export async function someContainersOf(
  client: DockerClient,
  selector: Selector,
  context: RunContext,
): Promise<Selected> {
  const selected = await containersOf(client, selector, context);
  if (selected.own.length > 0 && selected.missing.length === 0) return selected;
  const near = candidatesOf(selected);
  const mend = near.length === 0 ? null : `the nearest: ${near.join(', ')}`;
  const message = given(selector.service)
    ? `Project ${selected.project} has no container of ${selected.what}`
    : `The engine has no container ${selected.missing.join(', ')}`;
  throw new OperatorError('missing', message, mend);
}

/** Another role's containers among those already listed; its project is listed if it differs. */
export async function peersOf(
  client: DockerClient,
  role: string,
  { all, project }: Selected,
  context: RunContext,
): Promise<readonly ListedContainer[]> {
  const other = context.bind(role);
  const services = servicesOf(role, context);
  if (other.project === project) return ownedBy(all, services);
  return ownedBy(await client.list({ project: other.project }, context.signal), services);
}

/** Names of the networks a container belongs to, whether it runs or not; sorted. */
export function networkNames(line: Pick<ListedContainer, 'networks'>): string[] {
  return Object.keys(line.networks).sort();
}

/**
 * The network a container of a project was cut off from: it shares none with any of its peers, and
 * most of them are on this one. Null when it shares one, or has no peers. A container cut off from
 * one of several networks cannot be told from one that was never on it.
 */
export function lostNetwork(
  target: Pick<ListedContainer, 'id' | 'networks'>,
  all: readonly ListedContainer[],
): string | null {
  const own = new Set(networkNames(target));
  const members = new Map<string, number>();
  for (const peer of all) {
    if (peer.id === target.id || peer.oneOff) continue;
    for (const name of networkNames(peer)) {
      if (own.has(name)) return null;
      members.set(name, (members.get(name) ?? 0) + 1);
    }
  }
  const [most] = [...members].sort(([a, n], [b, m]) => m - n || (a < b ? -1 : 1));
  return most?.[0] ?? null;
}

/** The containers as an undo names them: exactly these, whatever the role has by then. */
export function namedAgain(own: readonly { readonly id: string }[]): string {
  return own.map(({ id }) => id).join(',');
}
