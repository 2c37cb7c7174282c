import { didYouMean } from '../domain/nearest.ts';
import type { Action, Probe } from '../integrations/contract.ts';

/** Everything a runbook can ask for or do, by id. */
export interface Catalogue {
  probe(id: string): Probe | undefined;
  action(id: string): Action | undefined;
  readonly probes: readonly Probe[];
  readonly actions: readonly Action[];
}

/**
 * Collects what the integrations offer.
 * @throws Error when two offer the same id: a fault of the program, not of a file
 */
export function createCatalogue(probes: readonly Probe[], actions: readonly Action[]): Catalogue {
  const probesById = byId(probes);
  const actionsById = byId(actions);
  return {
    probe: (id) => probesById.get(id),
    action: (id) => actionsById.get(id),
    probes: [...probesById.values()],
    actions: [...actionsById.values()],
  };
}

function byId<T extends { readonly id: string }>(list: readonly T[]): ReadonlyMap<string, T> {
  const result = new Map<string, T>();
  for (const item of list) {
    if (result.has(item.id)) throw new Error(`two integrations offer ${item.id}`);
    result.set(item.id, item);
  }
  return result;
}

/** What to do about a probe or action that is not in the catalogue. */
export function mendUnknown(id: string, offered: readonly { readonly id: string }[]): string {
  const ids = offered.map((item) => item.id);
  const list = ids.length > 0 ? `there are ${ids.join(', ')}` : 'no integration offers one';
  return didYouMean(id, ids, list);
}
