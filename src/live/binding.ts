import type { Container } from '../domain/container.ts';
import { didYouMean } from '../domain/nearest.ts';
import { OperatorError } from '../domain/operator-error.ts';
import type { Binding } from '../integrations/contract.ts';
import type { RoleServices } from '../signals/container-signal.ts';

/** Names listed in an error before it says how many more there are. */
const LISTED_MAX = 8;

/** A pack's roles, and what a region binds otherwise: role → service or services. */
export interface RoleBinding {
  readonly roles: readonly RoleServices[];
  readonly rebinding: Readonly<Record<string, string | readonly string[]>>;
}

/** The services of each role as this region binds them; roles only the region knows come last. */
export function servicesByRole(options: RoleBinding): ReadonlyMap<string, readonly string[]> {
  const bound = new Map(options.roles.map(({ role, services }) => [role, services]));
  for (const [role, services] of Object.entries(options.rebinding)) {
    bound.set(role, typeof services === 'string' ? [services] : services);
  }
  return bound;
}

/** As `servicesByRole`, in the form the signal `container` takes. */
export function boundRoles(options: RoleBinding): readonly RoleServices[] {
  return [...servicesByRole(options)].map(([role, services]) => ({ role, services }));
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

function serviceOf(
  role: string,
  roles: ReadonlyMap<string, readonly string[]>,
  known: readonly Container[],
): string {
  const services = roles.get(role) ?? [];
  const runs = (service: string) =>
    known.some((container) => container.service === service && container.state === 'running');
  const service = services.find(runs) ?? services[0];
  if (service !== undefined) return service;
  const names = new Set([...roles.values()].flat());
  for (const container of known) if (container.service !== null) names.add(container.service);
  if (names.has(role)) return role;
  const candidates = [...new Set([...roles.keys(), ...names])];
  const mend = didYouMean(role, candidates, `known: ${listed(candidates)}`);
  throw new OperatorError('missing', `no role or service is named ${role}`, mend);
}

/**
 * The service a role is bound to: of several, the first that has a running container. A service's own
 * name is accepted for a role.
 *
 * @param project the region's compose project; null finds the one project that has the service
 * @param known all containers that are known
 * @throws OperatorError('missing') naming the nearest names, or the projects in question
 */
export function bindRole(
  role: string,
  roles: ReadonlyMap<string, readonly string[]>,
  project: string | null,
  known: readonly Container[],
): Binding {
  const inProject = known.filter((one) => project === null || one.project === project);
  const service = serviceOf(role, roles, inProject);
  return { role, project: project ?? onlyProject(service, inProject), service };
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
