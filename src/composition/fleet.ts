import { ConfigError } from '../config/config-error.ts';
import type { RegionStanding } from '../domain/fleet.ts';
import { asOperatorError } from '../domain/operator-error.ts';
import type { Source } from '../domain/source.ts';
import { standingOf } from '../live/standing.ts';
import type { Log } from '../log/log.ts';
import type { LoadedPacks } from '../runbooks/loader.ts';
import { compose, type Program } from './compose.ts';
import { createRegion, type RegionCore } from './region.ts';
import type { GlobalOptions, Surroundings } from './surroundings.ts';

/** How much more seldom a region is asked that no console looks at. */
const PACE = 6;
const INTERVAL_MS = 2000;
const TIMEOUT_MS = 1000;
/** How long a region is not told of as alive while some of its sources have not answered yet. */
const FIRST_ANSWERS_MS = 5000;

/** Every region of a configuration: the one on the screen, and the others, watched lightly. */
export interface Fleet {
  /**
   * A console looks at this region from now on; those that none looks at are watched.
   * @param program null for a region that could not be composed
   */
  lookAt(name: string, core: RegionCore, program: Program | null): void;
  /** What brings the standings to the panel of a region's console. */
  source(): Source<'regions'>;
  close(): Promise<void>;
}

/** A region that is looked at, by its console or from afar. */
interface Looked {
  readonly core: RegionCore;
  /** Null until its packs are read. */
  program: Program | null;
  /** Its sources have answered, each for the first time, or have had the time to. */
  answered: boolean;
  /** Why it cannot be watched at all. */
  error: RegionStanding['error'];
}

function errorOf(thrown: unknown): NonNullable<RegionStanding['error']> {
  if (thrown instanceof ConfigError) return { message: thrown.message, mend: null };
  const { message, mend } = asOperatorError(thrown);
  return { message, mend };
}

/** The services of the pack's first role: what they run is the region's version. */
function mainServices({ core, program }: Looked): ReadonlySet<string> {
  const [main] = program?.pack?.roles ?? [];
  if (main === undefined) return new Set();
  const { service, services = [service] } = core.book.bind(main.role);
  return new Set(services);
}

function sumUp(
  region: Pick<RegionStanding, 'name' | 'current'>,
  looked: Looked,
  earlier: RegionStanding | null,
  now: number,
): RegionStanding {
  const about = { ...region, services: mainServices(looked) };
  const summed = standingOf(looked.core.live.store.getState(), about, earlier, now);
  if (looked.error !== null) return { ...summed, reach: 'lost', error: looked.error };
  return looked.answered || summed.reach !== 'alive' ? summed : { ...summed, reach: 'connecting' };
}

/**
 * Watches the regions of a configuration. Each has its own sources, whose time limits and back-off are its
 * own: a dead region delays no other.
 *
 * @param names of the regions, as they are configured
 */
export function createFleet(
  names: readonly string[],
  surroundings: Surroundings,
  options: GlobalOptions,
  log: Log,
): Fleet {
  const { clock } = surroundings;
  const watched = new Map<string, Looked>();
  const before = new Map<string, RegionStanding>();
  /** What has been read of the packs, by the durations that a region rebinds: most rebind none. */
  const loaded = new Map<string, LoadedPacks>();
  let own: { readonly name: string; readonly looked: Looked } | null = null;
  let closed = false;

  const end = async (name: string) => {
    const looked = watched.get(name);
    watched.delete(name);
    await (looked?.program ?? looked?.core)?.close();
  };
  const keep = ({ diagnostics, packs, plan }: Program) => {
    loaded.set(JSON.stringify(plan.durations), { packs, diagnostics });
  };
  const watch = async (name: string) => {
    // What was said of the region on the screen is not said of this one.
    const mine = { ...options, region: name, system: null, project: null };
    const core = createRegion(surroundings, mine, log, { pace: PACE });
    const looked: Looked = { core, program: null, answered: false, error: null };
    watched.set(name, looked);
    const failed = (thrown: unknown) => {
      looked.error = errorOf(thrown);
    };
    const start = async (program: Program) => {
      await program.start('all');
      await core.supervisor.firstAnswers(FIRST_ANSWERS_MS);
      core.live.flush();
      looked.answered = true;
    };
    try {
      const { plan } = await core.configuration();
      const durations = JSON.stringify(plan.durations);
      const packs = loaded.get(durations);
      const given = packs === undefined ? { core } : { core, packs };
      looked.program = await compose(surroundings, mine, log, given);
      keep(looked.program);
      // Not awaited: an engine that is dead must not keep the next region waiting.
      if (watched.get(name) === looked) start(looked.program).catch(failed);
      else await looked.program.close();
    } catch (thrown) {
      failed(thrown);
    }
  };
  const standing = (name: string): RegionStanding => {
    const current = own?.name === name;
    const looked = current ? own?.looked : watched.get(name);
    const earlier = before.get(name) ?? null;
    const next =
      looked === undefined
        ? unseen(name, clock.now())
        : sumUp({ name, current }, looked, earlier, clock.now());
    before.set(name, next);
    return next;
  };
  return {
    lookAt(name, core, program) {
      own = { name, looked: { core, program, answered: true, error: null } };
      if (program !== null) keep(program);
      void end(name);
      const others = names.filter((other) => other !== name && !watched.has(other));
      // One after the other: each reads its packs, and the screen is in use.
      void others.reduce<Promise<void>>(
        (last, other) => last.then(() => (closed ? undefined : watch(other))),
        Promise.resolve(),
      );
    },
    source: () => ({
      name: 'regions',
      kind: 'regions',
      intervalMs: INTERVAL_MS,
      timeoutMs: TIMEOUT_MS,
      poll: async () => names.map(standing),
    }),
    async close() {
      closed = true;
      await Promise.all([...watched.keys()].map(end));
    },
  };
}

function unseen(name: string, now: number): RegionStanding {
  return {
    name,
    system: null,
    current: false,
    reach: 'connecting',
    since: now,
    observedAt: null,
    worst: null,
    firing: 0,
    breakers: { open: 0, total: 0 },
    lagMs: null,
    certificateEnds: null,
    versions: [],
    error: null,
  };
}
