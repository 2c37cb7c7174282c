import type { Container, ContainerUsage } from '../domain/container.ts';
import type { Observed } from '../domain/fact.ts';
import type { RoleServices } from './container-signal.ts';
import type { EvaluatedSignal } from './reading.ts';

/** What tells how busy containers are. */
export interface CpuFacts {
  readonly containers: readonly Observed<readonly Container[]>[];
  readonly usage: readonly Observed<readonly ContainerUsage[]>[];
}

type ById = ReadonlyMap<string, Container>;
const known = new WeakMap<readonly Container[], ById>();

/** A list of thousands changes more rarely than what its containers use. */
function byIdOf(list: readonly Container[]): ById {
  const found = known.get(list) ?? new Map(list.map((container) => [container.id, container]));
  known.set(list, found);
  return found;
}

/**
 * The signal `cpu`, by role, else service: the cores its busiest container uses, 1 being one core fully
 * used. It tells a server that is busy from one that hangs: neither answers.
 */
export function cpuSignals(
  { containers, usage }: CpuFacts,
  roles: readonly RoleServices[],
  project: string | null,
): readonly EvaluatedSignal[] {
  const lists = containers.map(({ value }) => byIdOf(value));
  const busiest = new Map<string, { cpu: number; observedAt: number }>();
  for (const { value, observedAt } of usage) {
    for (const { id, cpu } of value) {
      const container = lists.find((list) => list.has(id))?.get(id);
      const service = container?.service ?? null;
      if (cpu === null || service === null) continue;
      if (project !== null && container?.project !== project) continue;
      const label = roles.find(({ services }) => services.includes(service))?.role ?? service;
      const known = busiest.get(label);
      if (known === undefined || known.cpu < cpu) busiest.set(label, { cpu, observedAt });
    }
  }
  return [...busiest].map(([service, { cpu, observedAt }]) => ({
    id: 'cpu',
    title: 'cpu',
    labels: { service },
    value: cpu,
    unit: 'fraction',
    state: 'ok',
    observedAt,
    threshold: null,
    reason: null,
    detail: null,
    since: null,
    stale: false,
  }));
}
