import { join } from 'node:path';
import { createExecutor, type Executor } from '../actions/executor.ts';
import type { Policy } from '../actions/policy.ts';
import type { CacheCredentials, RegionPlan } from '../config/plan.ts';
import { formatSignal } from '../domain/format.ts';
import type { Operator } from '../domain/operator.ts';
import type { Region } from '../domain/region.ts';
import type { Source } from '../domain/source.ts';
import type { EngineContext } from '../engine/context.ts';
import type { Readings } from '../engine/state.ts';
import type { Journal } from '../incidents/journal.ts';
import { openSqliteJournal } from '../incidents/store/sqlite.ts';
import { connectRedis } from '../integrations/redis/client.ts';
import { boundRoles } from '../live/binding.ts';
import type { History } from '../live/history.ts';
import { containers, sourcesOf } from '../live/selectors.ts';
import type { Live } from '../live/store.ts';
import type { Supervisor } from '../live/supervisor.ts';
import type { Log } from '../log/log.ts';
import type { Catalogue } from '../runbooks/catalogue.ts';
import type { Diagnostic } from '../runbooks/diagnostic.ts';
import { loadPacks } from '../runbooks/loader.ts';
import type { Pack } from '../runbooks/pack.ts';
import { signalScope } from '../signals/conditions-scope.ts';
import { assembleCatalogue } from './catalogue.ts';
import { type PackChoice, packByContainers, packByName } from './choose-pack.ts';
import { createRegion, type RegionCore } from './region.ts';
import { packSources } from './sources/pack.ts';
import { plannedSources } from './sources/plan.ts';
import {
  type GlobalOptions,
  operatorOf,
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
  const unconnected = () => {
    throw new Error('this catalogue has no connections');
  };
  const catalogue = assembleCatalogue({ docker: unconnected, redis: unconnected });
  return { catalogue, ...loadPacks(packFolders(surroundings, options), catalogue) };
}

/** How to log in to the caches of the pack, for probes and actions. @throws OperatorError */
function login(credentials: CacheCredentials | null) {
  const { username = null, password = null } = credentials ?? {};
  return {
    ...(username === null ? {} : { username }),
    ...(password === null ? {} : { password: password.read() }),
  };
}

/** Settles when the container engine has answered, or has failed to, for the first time. */
function engineAsked({ live }: RegionCore): Promise<void> {
  return new Promise((resolve) => {
    const asked = () =>
      sourcesOf(live.store.getState(), 'containers').every(({ status }) => status !== 'connecting');
    if (asked()) return resolve();
    const unsubscribe = live.store.subscribe(() => {
      if (!asked()) return;
      unsubscribe();
      resolve();
    });
  });
}

/**
 * Puts a region together from its configuration, or from what the surroundings tell where there is
 * none.
 *
 * @param given.core the part of it that stands already, if any
 * @param given.runbook what it is composed for: its pack describes the region, whatever runs
 * @throws ConfigError when the configuration cannot be used
 */
export async function compose(
  surroundings: Surroundings,
  options: GlobalOptions,
  log: Log,
  given: { readonly core?: RegionCore; readonly runbook?: string | null } = {},
): Promise<Program> {
  const { clock } = surroundings;
  const core = given.core ?? createRegion(surroundings, options, log);
  const { live, book, supervisor } = core;
  const { plan } = await core.configuration();
  const state = stateDirectory(surroundings, options);
  const catalogue = assembleCatalogue({
    docker: core.docker,
    redis: (address) => connectRedis({ ...address, ...login(plan.cacheCredentials) }),
  });
  const { packs, diagnostics } = loadPacks(
    packFolders(surroundings, options),
    catalogue,
    plan.durations,
  );

  let choice: PackChoice | null = null;
  const choose = (next: PackChoice) => {
    choice = next;
    core.describe(next.pack, next.project);
  };
  const namedProject = plan.project?.named === true ? plan.project.value : null;
  const [ofRunbook] = given.runbook?.split('/') ?? [];
  const about = packs.find(({ system }) => system === ofRunbook)?.system ?? null;
  const named = packByName(packs, plan.system?.value ?? about, namedProject);
  if (named !== null) choose(named);
  const pack = () => choice?.pack ?? null;

  let journal: Journal | null = null;
  const operator = operatorOf(surroundings, process.pid);
  const context: EngineContext = {
    clock,
    get region() {
      return core.region;
    },
    operator,
    catalogue,
    get severities() {
      return pack()?.severities ?? [];
    },
    get journal() {
      journal ??= openSqliteJournal(join(state, 'journal.db'), clock);
      return journal;
    },
    signals: () => signalScope(live.store.getState()),
    readings: (ids) => readingsOf(live, ids),
    reach: (signal) => ({ clock, signal, bind: book.bind, address: book.address }),
  };
  const policy: Policy = {
    readOnly: plan.readOnly,
    maxRisk: plan.maxRisk,
  };
  const executor = createExecutor({
    context,
    policy,
    newId: surroundings.newId,
    startRunner: (intent) => {
      const { project } = core;
      const same = { ...options, project, system: pack()?.system ?? options.system };
      surroundings.spawnDetached(['runner', '--intent', intent, ...sameArguments(same)]);
    },
  });

  const reach = { address: book.address, selects: core.selects };
  const startPack = () => {
    const found = pack();
    if (found === null) return;
    const roles = boundRoles({ roles: found.roles, rebinding: plan.services });
    const { cacheCredentials, databaseCredentials } = plan;
    const parts = { ...reach, roles, cacheCredentials, databaseCredentials };
    for (const source of packSources({ ...parts, definitions: found.sources })) add(source);
  };
  const taken = new Set<string>();
  /** A source of the configuration stands for that of the pack with the same name. */
  const add = (source: Source) => {
    if (taken.has(source.name)) return;
    taken.add(source.name);
    supervisor.add(source);
  };
  /**
   * Chooses by what runs, if no name said it; looks again whenever the containers change, until a pack
   * fits. Settles at the engine's first answer or failure.
   */
  const describeByContainers = async (addressesOnly: boolean) => {
    let seen: unknown = null;
    const decide = () => {
      const known = containers(live.store.getState());
      if (closed || pack() !== null || known.length === 0 || known === seen) return;
      seen = known;
      const fits = packByContainers(packs, known, plan.project);
      if (fits.pack === null) return;
      choose(fits);
      if (!addressesOnly) startPack();
    };
    await engineAsked(core);
    decide();
    unsubscribe = live.store.subscribe(decide);
  };
  let unsubscribe = () => {};
  let closed = false;
  const program: Program = {
    get region() {
      return core.region;
    },
    operator,
    policy,
    plan,
    get pack() {
      return pack();
    },
    packs,
    diagnostics,
    catalogue,
    live,
    history: core.history,
    supervisor,
    context,
    executor,
    stateDirectory: state,
    log,
    async start(which) {
      const addressesOnly = which === 'addresses';
      await core.startEngine({ addressesOnly, complete: given.core === undefined });
      if (!addressesOnly) {
        for (const source of plannedSources(plan, reach)) {
          add(source);
        }
      }
      if (choice === null) await describeByContainers(addressesOnly);
      else if (!addressesOnly) startPack();
    },
    async look(which, waitMs) {
      const startedAt = clock.now();
      const out = new Promise<void>((resolve) => clock.after(waitMs, resolve));
      await Promise.race([program.start(which), out]);
      await supervisor.firstAnswers(Math.max(0, waitMs - (clock.now() - startedAt)));
      live.flush();
    },
    async close() {
      closed = true;
      unsubscribe();
      await core.close();
      journal?.close();
    },
  };
  return program;
}

function readingsOf(live: Live, ids: readonly string[]): Readings {
  const { signals } = live.store.getState();
  return Object.fromEntries(
    Object.values(signals)
      .filter(({ id }) => ids.includes(id))
      .map((reading) => {
        const labels = Object.values(reading.labels);
        return [[reading.title, ...labels].join(' '), formatSignal(reading)];
      }),
  );
}
