import { wait } from '../domain/clock.ts';
import type { RegionStanding } from '../domain/fleet.ts';
import type { OtherRegions } from '../integrations/regions/probes.ts';
import { factsOf } from '../live/selectors.ts';
import type { Log } from '../log/log.ts';
import type { Fleet } from './fleet.ts';
import type { RegionCore } from './region.ts';
import type { GlobalOptions, Surroundings } from './surroundings.ts';

/** How long regions that nobody has looked at yet are given to answer. */
const FIRST_ANSWER_MS = 6000;
const LOOK_EVERY_MS = 100;

/** What of the other regions probes may read, and the end of it. */
export interface ClosableRegions extends OtherRegions {
  close(): Promise<void>;
}

/**
 * What this host sees of the other regions: the console's panel of them where it has one; a command without
 * a screen watches them itself from the first question on.
 */
export function createOtherRegions(
  core: RegionCore,
  surroundings: Surroundings,
  options: GlobalOptions,
  log: Log,
): ClosableRegions {
  const { clock } = surroundings;
  let watching: Promise<Fleet> | null = null;
  const names = async () => Object.keys((await core.configuration()).config.regions);
  const watch = async (): Promise<Fleet> => {
    // It composes regions as this one is composed.
    const { createFleet } = await import('./fleet.ts');
    const { plan } = await core.configuration();
    const fleet = createFleet(await names(), surroundings, options, log);
    fleet.lookAt(plan.name?.value ?? '', core, null);
    return fleet;
  };
  const shown = (): readonly RegionStanding[] | null =>
    factsOf(core.live.store.getState(), 'regions')[0]?.value ?? null;
  const told = async (signal: AbortSignal): Promise<readonly RegionStanding[]> => {
    const onScreen = shown();
    if (onScreen !== null) return onScreen;
    watching ??= watch();
    return (await watching).source().poll(signal);
  };
  return {
    names,
    async standings(signal) {
      const startedAt = clock.now();
      let standings = await told(signal);
      const unknown = () =>
        standings.some(({ current, reach }) => !current && reach === 'connecting');
      while (unknown() && clock.now() - startedAt < FIRST_ANSWER_MS) {
        await wait(clock, LOOK_EVERY_MS, signal);
        standings = await told(signal);
      }
      return standings;
    },
    async close() {
      await (await watching)?.close();
    },
  };
}
