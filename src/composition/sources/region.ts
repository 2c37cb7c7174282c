import type { RegionPlan } from '../../config/plan.ts';
import type { Source } from '../../domain/source.ts';
import { boundRoles } from '../../live/binding.ts';
import type { Pack } from '../../runbooks/pack.ts';
import type { RegionCore } from '../region.ts';
import { packSources } from './pack.ts';
import { plannedSources } from './plan.ts';

/** Starts what a region declares beside its engine. */
export interface RegionSources {
  /** The sources of the configuration, or those that were found without one. */
  startPlanned(): void;
  startPack(pack: Pack): void;
}

/** A source of the configuration stands for that of the pack with the same name. */
export function createRegionSources(core: RegionCore, plan: RegionPlan): RegionSources {
  const reach = { clock: core.clock, address: core.book.address, selects: core.selects };
  const taken = new Set<string>();
  const add = (source: Source) => {
    if (taken.has(source.name)) return;
    taken.add(source.name);
    core.supervisor.add(source);
  };
  return {
    startPlanned() {
      for (const source of plannedSources(plan, reach)) add(source);
    },
    startPack({ roles: declared, sources: definitions }) {
      const roles = boundRoles({ roles: declared, rebinding: plan.services });
      const { cacheCredentials, databaseCredentials } = plan;
      const parts = { ...reach, roles, cacheCredentials, databaseCredentials, definitions };
      for (const source of packSources(parts)) add(source);
    },
  };
}
