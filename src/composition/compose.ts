import { createExecutor, type Executor } from '../actions/executor.ts';
import { type Policy, strictest } from '../actions/policy.ts';
import { readPolicyFile } from '../actions/policy-file.ts';
import type { RegionPlan } from '../config/plan.ts';
import type { Operator } from '../domain/operator.ts';
import type { Region } from '../domain/region.ts';
import type { EngineContext } from '../engine/context.ts';
import { incidentsOf } from '../incidents/desk.ts';
import type { History } from '../live/history.ts';
import type { Live } from '../live/store.ts';
import type { Supervisor } from '../live/supervisor.ts';
import type { Log } from '../log/log.ts';
import type { Catalogue } from '../runbooks/catalogue.ts';
import type { Diagnostic } from '../runbooks/diagnostic.ts';
import { type LoadedPacks, loadPacks, loadPacksSliced } from '../runbooks/loader.ts';
import type { Pack } from '../runbooks/pack.ts';
import { inTurns } from '../signals/sliced.ts';
import { assembleCatalogue, unconnected } from './catalogue.ts';
import { type ChosenPack, choosePackOf } from './chosen-pack.ts';
import { connectionsOf } from './connections.ts';
import { createContext } from './context.ts';
import { createOtherRegions } from './other-regions.ts';
import { createRegion, type RegionCore } from './region.ts';
import { createRegionSources } from './sources/region.ts';
import {
  type GlobalOptions,
  packFolders,
  type Surroundings,
  sameArguments,
  stateDirectory,
} from './surroundings.ts';

/** One region with everything that works in it. Nothing is connected before it is started. */
export interface Program {
  readonly region: Region;
  readonly operator: Operator;
  readonly policy: Policy;
  /** What is wrong with the administrator's policy; then nothing may be changed. Null when nothing is. */
  readonly policyProblem: string | null;
  /** What is connected, and where each setting comes from. */
  readonly plan: RegionPlan;
  /** The pack that describes the region; null while none is known to fit. */
  readonly pack: Pack | null;
  readonly packs: readonly Pack[];
  readonly diagnostics: readonly Diagnostic[];
  readonly catalogue: Catalogue;
  readonly live: Live;
  readonly history: History;
  readonly supervisor: Supervisor;
  readonly context: EngineContext;
  readonly executor: Executor;
  readonly stateDirectory: string;
  readonly log: Log;
  /**
   * Starts the sources: first the container engine's, then, once it is known which pack describes the
   * region, those that the pack declares. Settles when all have been started.
   */
  start(which: 'all' | 'addresses'): Promise<void>;
  /**
   * Starts the sources and waits for their first answers, `waitMs` at most; what has come by then is
   * published.
   */
  look(which: 'all' | 'addresses', waitMs: number): Promise<void>;
  close(): Promise<void>;
}

/** The packs and what is wrong in them, without a region: enough to list, lint and walk runbooks. */
export interface Library {
  readonly catalogue: Catalogue;
  readonly packs: readonly Pack[];
  readonly diagnostics: readonly Diagnostic[];
}

/** Loads the packs with an unconnected catalogue. */
export function composeLibrary(surroundings: Surroundings, options: GlobalOptions): Library {
  const catalogue = assembleCatalogue(unconnected);
  return { catalogue, ...loadPacks(packFolders(surroundings, options), catalogue) };
}

/** What may be changed, and what is wrong with the file that says so. */
interface Ruling {
  readonly policy: Policy;
  readonly problem: string | null;
}

/** The administrator's policy, the region's and the command line's: the strictest of each wins. */
function rulingOf(
  { forbid, maxRisk, readOnly }: RegionPlan,
  options: GlobalOptions,
  { policyFile }: Surroundings,
): Ruling {
  const admin = readPolicyFile(policyFile);
  const flag = { readOnly: options.readOnly, maxRisk: 'destructive' } as const;
  const layers = [
    ...(admin === null ? [] : [admin]),
    { policy: flag, by: '--read-only' },
    { policy: { readOnly, maxRisk, forbid }, by: 'the configuration of this region' },
  ];
  return { policy: strictest(layers), problem: admin?.problem ?? null };
}

/** The runbook of the newest run that was left open in the region; null where there is none. */
function leftOpenOf({ journal, region }: EngineContext, log: Log): string | null {
  try {
    const open = incidentsOf(journal, region.name).filter(({ closedAt }) => closedAt === null);
    const runs = open.flatMap((incident) =>
      incident.runs.filter(({ endedAt }) => endedAt === null),
    );
    return runs.at(-1)?.runbook ?? null;
  } catch (thrown) {
    log.error('the journal could not be read', thrown);
    return null;
  }
}

/** The same region, journal and policy for another process of this program. */
function runnerArguments(options: GlobalOptions, { project }: RegionCore, chosen: ChosenPack) {
  return sameArguments({ ...options, project, system: chosen.pack()?.system ?? options.system });
}

/** What is known of a program before it is composed. */
interface Given {
  /** The part of it that stands already. */
  readonly core?: RegionCore;
  /** What it is composed for: its pack describes the region, whatever runs. */
  readonly runbook?: string | null;
  /** Takes the first of several regions where none is named: for what is the same in each. */
  readonly anyRegion?: boolean;
  /** The packs, where they have been loaded before and the region rebinds no duration of theirs. */
  readonly packs?: LoadedPacks;
}

/**
 * Puts a region together from its configuration, or from what the surroundings tell where there is
 * none.
 *
 * @throws ConfigError when the configuration cannot be used
 */
export async function compose(
  surroundings: Surroundings,
  options: GlobalOptions,
  log: Log,
  given: Given = {},
): Promise<Program> {
  const { anyRegion = false } = given;
  const core = given.core ?? createRegion(surroundings, options, log, { anyRegion });
  const { plan } = await core.configuration();
  const state = stateDirectory(surroundings, options);
  let pack: () => Pack | null = () => null;
  const others = createOtherRegions(core, surroundings, options, log);
  const connections = connectionsOf(core, plan, surroundings, () => pack(), others);
  const catalogue = assembleCatalogue(connections);
  const folders = packFolders(surroundings, options);
  const { packs, diagnostics } =
    given.packs ?? (await inTurns(loadPacksSliced(folders, catalogue, plan.durations)));
  const leftOpen = () => leftOpenOf(context, log);
  const chosen = choosePackOf(core, packs, plan, given.runbook ?? null, leftOpen);
  pack = chosen.pack;
  const { context, close } = createContext(core, chosen, catalogue, surroundings, state);
  const { policy, problem } = rulingOf(plan, options, surroundings);
  if (problem !== null) log.error('the policy cannot be used', new Error(problem));
  const executor = createExecutor({
    context,
    policy,
    newId: surroundings.newId,
    startRunner: (intent) => {
      const same = runnerArguments(options, core, chosen);
      surroundings.spawnDetached(['runner', '--intent', intent, ...same]);
    },
  });
  const { live, history, supervisor } = core;
  return {
    get region() {
      return core.region;
    },
    get pack() {
      return chosen.pack();
    },
    operator: context.operator,
    policy,
    policyProblem: problem,
    plan,
    packs,
    diagnostics,
    catalogue,
    live,
    history,
    supervisor,
    context,
    executor,
    stateDirectory: state,
    log,
    ...createStart(core, plan, chosen),
    async close() {
      chosen.close();
      await Promise.all([core.close(), others.close()]);
      close();
    },
  };
}

/** How the sources of a region are started. */
function createStart(
  core: RegionCore,
  plan: RegionPlan,
  chosen: ChosenPack,
): Pick<Program, 'start' | 'look'> {
  const sources = createRegionSources(core, plan);
  const { live, supervisor } = core;
  // Who looks once wants whole answers; a screen wants them as they come.
  const begin = async (which: 'all' | 'addresses', complete: boolean) => {
    const addressesOnly = which === 'addresses';
    await core.startEngine({ addressesOnly, complete });
    if (!addressesOnly) sources.startPlanned();
    await chosen.settle((pack) => {
      if (!addressesOnly) sources.startPack(pack);
    });
  };
  return {
    start: (which) => begin(which, false),
    async look(which, waitMs) {
      const { clock } = core;
      const startedAt = clock.now();
      const out = new Promise<void>((resolve) => clock.after(waitMs, resolve));
      await Promise.race([begin(which, true), out]);
      await supervisor.firstAnswers(Math.max(0, waitMs - (clock.now() - startedAt)));
      live.flush();
    },
  };
}
