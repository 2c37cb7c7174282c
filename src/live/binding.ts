import type { Container } from '../domain/container.ts';
import { didYouMean } from '../domain/nearest.ts';
import { OperatorError } from '../domain/operator-error.ts';
import type { Binding } from '../integrations/contract.ts';
import type { RoleServices } from '../signals/container-signal.ts';
import { alike } from './likeness.ts';

/** Names listed in an error before it says how many more there are. */
const LISTED_MAX = 8;

/** A role, and the label that tells its containers where no name fits. */
interface LabelledRole extends RoleServices {
  /** As key=value. */
  readonly label?: string;
}

/** A pack's roles, and what a region binds otherwise: role → service or services. */
export interface RoleBinding {
  readonly roles: readonly LabelledRole[];
  readonly rebinding: Readonly<Record<string, string | readonly string[]>>;
}

/** The services of each role as this region binds them; roles only the region knows come last. */
function servicesByRole(options: RoleBinding): ReadonlyMap<string, readonly string[]> {
  const bound = new Map(options.roles.map(({ role, services }) => [role, services]));
  for (const [role, services] of Object.entries(options.rebinding)) {
    bound.set(role, typeof services === 'string' ? [services] : services);
  }
  return bound;
}

/** As `servicesByRole`, in the form the signal `container` takes. */
export function boundRoles(options: RoleBinding): readonly RoleServices[] {
  return [...servicesByRole(options)].map(([role, services]) => {
    const ends = options.roles.find((one) => one.role === role)?.ends;
    return ends === undefined ? { role, services } : { role, services, ends };
  });
}

function listed(names: readonly string[]): string {
  if (names.length === 0) return 'none';
  const more = names.length > LISTED_MAX ? `, ${names.length - LISTED_MAX} more` : '';
  return names.slice(0, LISTED_MAX).join(', ') + more;
}

/** The one project that has the service. */
function onlyProject(service: string, known: readonly Container[]): string {
  const found = known.filter((container) => container.service === service);
  const projects = [...new Set(found.flatMap(({ project }) => project ?? []))];
  const [only] = projects;
  if (only !== undefined && projects.length === 1) return only;
  const message =
    projects.length === 0
      ? `no compose project has a service ${service}`
      : `several compose projects have a service ${service}: ${listed(projects)}`;
  throw new OperatorError('missing', message, "name the region's compose project");
}

/** The services of a role that are there, and how they were found. */
interface Found {
  readonly services: readonly string[];
  readonly by: NonNullable<Binding['found']>;
}

/** Where a role's services are looked for, in this order: the first that finds any is believed. */
function findRole(
  { role, services, label }: LabelledRole,
  taken: ReadonlySet<string>,
  known: readonly Container[],
): Found {
  const servicesOf = (fits: (container: Container) => boolean) => [
    ...new Set(known.filter(fits).flatMap(({ service }) => service ?? [])),
  ];
  const there = new Set(servicesOf(() => true));
  const exact = services.filter((service) => there.has(service));
  if (exact.length > 0) return { services: exact, by: 'exact' };
  const named = servicesOf(({ name }) => services.includes(name));
  if (named.length > 0) return { services: named, by: 'exact' };
  const [key = '', value = ''] = label?.split(/=(.*)/s) ?? [];
  const labelled = label === undefined ? [] : servicesOf(({ labels }) => labels?.[key] === value);
  if (labelled.length > 0) return { services: labelled, by: 'label' };
  const like = alike(role, services, known, taken);
  if (like.length > 0) return { services: like, by: 'likeness' };
  return { services: services.slice(0, 1), by: 'exact' };
}

/** What is known by the name alone, of a role the pack does not have. */
function findName(name: string, plan: RoleBinding, known: readonly Container[]): Found {
  const byRole = servicesByRole(plan);
  const names = new Set([...byRole.values()].flat());
  for (const container of known) if (container.service !== null) names.add(container.service);
  if (names.has(name)) return { services: [name], by: 'exact' };
  const container = known.find((one) => one.name === name);
  if (container?.service) return { services: [container.service], by: 'exact' };
  const candidates = [...new Set([...byRole.keys(), ...names])];
  const mend = didYouMean(name, candidates, `known: ${listed(candidates)}`);
  throw new OperatorError('missing', `no role or service is named ${name}`, mend);
}

/**
 * The service a role is bound to: by the name of a service, then of a container, then by the role's label,
 * then by likeness, which is a guess. Of several, the first that has a running container. A name that is
 * no role's is taken for a service, or for a container of one.
 *
 * @param project the region's compose project; null finds the one project that has the service
 * @param known all containers that are known
 * @throws OperatorError('missing') naming the nearest names, or the projects in question
 */
export function bindRole(
  role: string,
  plan: RoleBinding,
  project: string | null,
  known: readonly Container[],
): Binding {
  const inProject = known.filter((one) => project === null || one.project === project);
  const { services, by } = find(role, plan, inProject);
  const runs = (service: string) =>
    inProject.some((container) => container.service === service && container.state === 'running');
  const service = services.find(runs) ?? services[0] ?? role;
  return {
    role,
    project: project ?? onlyProject(service, inProject),
    service,
    ...(services.length > 1 ? { services } : {}),
    ...(by === 'exact' ? {} : { found: by }),
  };
}

function find(role: string, plan: RoleBinding, known: readonly Container[]): Found {
  const byRole = servicesByRole(plan);
  const services = byRole.get(role);
  if (services === undefined || services.length === 0) return findName(role, plan, known);
  const others = [...byRole].filter(([other]) => other !== role);
  const taken = new Set(others.flatMap(([, names]) => names));
  const declared = plan.roles.find((one) => one.role === role);
  // A region that rebinds a role says where it is: the label of the pack would say otherwise.
  const isRebound = Object.hasOwn(plan.rebinding, role);
  const label = isRebound ? undefined : declared?.label;
  return findRole(
    label === undefined ? { role, services } : { role, services, label },
    taken,
    known,
  );
}

function notRunning(container: Container): OperatorError {
  const code = container.exitCode === null ? '' : ` ${container.exitCode}`;
  const memory = container.oomKilled ? ', out of memory' : '';
  return new OperatorError(
    'unreachable',
    `container ${container.name} is not running (${container.state}${code}${memory})`,
    container.state === 'paused'
      ? `let it go on: docker unpause ${container.name}`
      : `start it, or see why it ended: docker logs ${container.name}`,
  );
}

/**
 * The running container of a binding.
 *
 * @throws OperatorError `unreachable` when it does not run, `missing` when there is none
 */
export function containerOf({ project, service }: Binding, known: readonly Container[]): Container {
  const there = known.filter((container) => container.project === project);
  const found = there.filter((container) => container.service === service);
  const running = found.find(({ state }) => state === 'running');
  if (running) return running;
  if (found[0]) throw notRunning(found[0]);
  const names = listed(there.map(({ name }) => name));
  throw new OperatorError(
    'missing',
    `no container of service ${service} in project ${project}; containers there: ${names}`,
    `create it: docker compose -p ${project} up -d ${service}`,
  );
}
