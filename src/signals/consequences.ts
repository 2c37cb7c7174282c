import type { Alert } from '../domain/alert.ts';
import type { Container } from '../domain/container.ts';
import type { RoleServices } from './container-signal.ts';

/** What begins this long before the engine's loss was noticed, or after it, follows from it. */
const BEFORE_MS = 15_000;
const AFTER_MS = 60_000;

/** Alerts that a lost engine brings about by itself. */
const FOLLOWING: ReadonlySet<string> = new Set([
  'CheckFailing',
  'ContainerDown',
  'ContainerUnhealthy',
  'SourceLost',
]);

const isEngineLost = ({ name, labels }: Alert) =>
  name === 'SourceLost' && labels['kind'] === 'containers';

function followsEngine(alert: Alert, engine: Alert): boolean {
  if (!FOLLOWING.has(alert.name) || isEngineLost(alert)) return false;
  const afterMs = alert.since - engine.since;
  return afterMs >= -BEFORE_MS && afterMs <= AFTER_MS;
}

/** Services none of whose containers runs. */
function downServices(containers: readonly Container[]): ReadonlySet<string> {
  const byService = Map.groupBy(containers, ({ service, name }) => service ?? name);
  const down = [...byService].filter(([, all]) => all.every(({ state }) => state !== 'running'));
  return new Set(down.map(([service]) => service));
}

/** The alert about the service that a lost source asks, when that service is down. */
function causeOf(
  lost: Alert,
  alerts: readonly Alert[],
  roles: readonly RoleServices[],
  down: ReadonlySet<string>,
): Alert | undefined {
  const service = lost.labels['name'] ?? '';
  if (lost.name !== 'SourceLost' || !down.has(service)) return undefined;
  const role = roles.find(({ services }) => services.includes(service))?.role;
  return alerts.find(
    ({ name, labels }) =>
      name === 'ContainerDown' && [service, role].some((label) => label === labels['service']),
  );
}

function withCount(alert: Alert, count: number): Alert {
  if (count === 0) return alert;
  const words = count === 1 ? '1 alert follows from it' : `${count} alerts follow from it`;
  return { ...alert, summary: `${alert.summary}; ${words}` };
}

/**
 * Leaves out the alerts that merely follow from another: from the engine's loss what begins with it,
 * from a service that is down the loss of the source that asks it. The alert they follow from says how
 * many there are.
 */
export function headlines(
  alerts: readonly Alert[],
  containers: readonly Container[],
  roles: readonly RoleServices[],
): readonly Alert[] {
  const engine = alerts.find(isEngineLost);
  const anyLost = alerts.some(({ name }) => name === 'SourceLost');
  if (!engine && !anyLost) return alerts;
  const down = downServices(containers);
  const followers = new Map<Alert, number>();
  const shown = alerts.filter((alert) => {
    const follows = engine !== undefined && followsEngine(alert, engine);
    const cause = follows ? engine : causeOf(alert, alerts, roles, down);
    if (cause) followers.set(cause, (followers.get(cause) ?? 0) + 1);
    return cause === undefined;
  });
  if (followers.size === 0) return alerts;
  return shown.map((alert) => withCount(alert, followers.get(alert) ?? 0));
}
