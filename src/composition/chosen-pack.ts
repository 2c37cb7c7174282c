import type { RegionPlan } from '../config/plan.ts';
import { containers } from '../live/selectors.ts';
import type { Pack } from '../runbooks/pack.ts';
import { type PackChoice, packByContainers, packByName } from './choose-pack.ts';
import { engineAsked, type RegionCore } from './region.ts';

/** The pack that describes a region, chosen by a name or by what runs. */
export interface ChosenPack {
  /** Null while none is known to fit. */
  pack(): Pack | null;
  /**
   * Settles once a name has said it, or the engine has answered or failed to; looks again whenever the
   * containers change, until a pack fits. Where the engine tells nothing, a run that was left open does.
   *
   * @param chosen told of the pack, once
   */
  settle(chosen: (pack: Pack) => void): Promise<void>;
  close(): void;
}

/**
 * Chooses the pack of a region, and describes the region by it.
 *
 * @param about the runbook the region is composed for: its pack describes it, whatever runs
 * @param leftOpen the runbook of a run that was left open here; asked when the engine tells nothing
 * @throws ConfigError when no pack has the name that is configured
 */
export function choosePackOf(
  core: RegionCore,
  packs: readonly Pack[],
  plan: RegionPlan,
  about: string | null,
  leftOpen: () => string | null,
): ChosenPack {
  const { store } = core.live;
  let choice: PackChoice | null = null;
  let closed = false;
  let unsubscribe = () => {};
  const choose = (next: PackChoice) => {
    choice = next;
    core.describe(next.pack, next.project);
  };
  const project = plan.project?.named === true ? plan.project.value : null;
  const systemOf = (runbook: string | null) => {
    const [system] = runbook?.split('/') ?? [];
    return packs.find((pack) => pack.system === system)?.system ?? null;
  };
  const named = packByName(packs, plan.system?.value ?? systemOf(about), project);
  if (named !== null) choose(named);
  const pack = () => choice?.pack ?? null;

  return {
    pack,
    async settle(chosen) {
      const known = pack();
      if (known !== null) return chosen(known);
      let seen: unknown = null;
      const decide = () => {
        const running = containers(store.getState());
        if (closed || running.length === 0 || running === seen) return;
        seen = running;
        const fits = packByContainers(packs, running, plan.project);
        const before = pack();
        // A run that was left open keeps its pack; which project it is in, only what runs can tell.
        if (fits.pack === null || (before !== null && before !== fits.pack)) return;
        choose(fits);
        unsubscribe();
        if (before === null) chosen(fits.pack);
      };
      await engineAsked(core);
      unsubscribe = store.subscribe(decide);
      decide();
      if (closed || pack() !== null || containers(store.getState()).length > 0) return;
      const remembered = systemOf(leftOpen());
      const again = remembered === null ? null : packByName(packs, remembered, project);
      if (again === null || again.pack === null) return;
      choose(again);
      chosen(again.pack);
    },
    close() {
      closed = true;
      unsubscribe();
    },
  };
}
