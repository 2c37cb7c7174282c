import type { RegionPlan } from '../config/plan.ts';
import type { Clock } from '../domain/clock.ts';
import type { FactKind } from '../domain/fact.ts';
import { OperatorError } from '../domain/operator-error.ts';
import type { Region } from '../domain/region.ts';
import type { DockerClient } from '../integrations/docker/client.ts';
import { type AddressBook, createAddressBook } from '../live/address.ts';
import { boundRoles } from '../live/binding.ts';
import { createHistory, type History } from '../live/history.ts';
import { containers, sourcesOf } from '../live/selectors.ts';
import { createLive, type Live } from '../live/store.ts';
import { createSupervisor, type Supervisor } from '../live/supervisor.ts';
import type { Log } from '../log/log.ts';
import type { Pack } from '../runbooks/pack.ts';
import type { SignalDefinition } from '../signals/definition.ts';
import { selectionOf } from '../signals/selection.ts';
import { leftOut } from './left-out.ts';
import { type Configuration, isConfigured, readConfiguration } from './plan.ts';
import type { GlobalOptions, Surroundings } from './surroundings.ts';

/**
 * What of a region can be had without its packs: the store, its history, the container engine. It loads
 * no schema and no runbook, so that a screen stands on it at once; `compose()` builds the rest on it.
 */
export interface RegionCore {
  readonly clock: Clock;
  readonly live: Live;
  readonly history: History;
  readonly supervisor: Supervisor;
  readonly book: AddressBook;
  readonly log: Log;
  /** What the region is called as far as is known. */
  readonly region: Region;
  /** The compose project whose services play the pack's roles; null while none is known. */
  readonly project: string | null;
  /** Whether there is a configuration file to be read. */
  readonly configured: boolean;
  /** Reads the configuration, once. @throws ConfigError when it cannot be used */
  configuration(): Promise<Configuration>;
  /** The connection to the container engine, made at its first use; the plan has to be read before. */
  docker(): DockerClient;
  /** Starts the engine's sources: its containers, and what they use unless `addressesOnly`. */
  startEngine(options?: {
    readonly addressesOnly?: boolean;
    /** Each answer waits for what takes longer, as a command that looks once wants it. */
    readonly complete?: boolean;
  }): Promise<void>;
  /** What was looked for and is not there; empty until the configuration is read. */
  readonly notFound: RegionPlan['notFound'];
  /** The logs that the configuration names. */
  readonly logNames: readonly string[];
  /**
   * From now on only these containers, and those that play a role of the pack, have their use asked for;
   * without a call all have.
   */
  watchUsage(ids: ReadonlySet<string>): void;
  /** Whether a signal or a breaker reads the samples of this name. */
  selects(sample: string): boolean;
  /** Says which pack describes the region, and the project its services are in. */
  describe(pack: Pack | null, project: string | null): void;
  close(): Promise<void>;
}

/**
 * Settles when the container engine has answered, or has failed to, for the first time; at once where none
 * has been started.
 */
export function engineAsked({ live }: RegionCore): Promise<void> {
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

/** The source that tells what containers use. */
const USAGE = 'docker stats';

/** Where a remote engine publishes ports; null for one on this host. */
function engineHostOf(dockerHost: string): string | null {
  const remote = /^(?:tcp|ssh):\/\/(?:[^@/]*@)?(\[[^\]]+\]|[^:/]+)/.exec(dockerHost)?.[1];
  return remote ?? null;
}

/** False where nothing names an engine, no socket of one is there, and something else is looked at. */
function hasEngine({ docker, postgres, redis, metrics, checks, prometheus }: RegionPlan): boolean {
  if (docker === null) return false;
  const others = postgres.length + redis.length + metrics.length + checks.length;
  return docker.expected || (others === 0 && prometheus === null);
}

/** Each query that no signal reads, as a signal of its own: what is asked for is shown. */
function queriedSignals(
  plan: RegionPlan | null,
  declared: readonly SignalDefinition[],
): readonly SignalDefinition[] {
  const { names } = selectionOf(declared);
  const unread = plan?.prometheus?.queries.filter(({ name }) => !names.has(name)) ?? [];
  return unread.map(({ name }) => ({
    id: name,
    title: name,
    unit: 'count',
    computation: { kind: 'gauge', of: { name, labels: {} } },
    thresholds: null,
    states: null,
  }));
}

/** How a region is looked at. */
export interface Manner {
  /** How much more seldom its sources are asked; over 1, what its containers use is not. */
  readonly pace?: number;
  /** Takes the first of several regions where none is named, for who can go to another. */
  readonly anyRegion?: boolean;
}

/** Prepares a region. Nothing is read and nothing connected before it is asked for. */
export function createRegion(
  surroundings: Surroundings,
  options: GlobalOptions,
  log: Log,
  { pace = 1, anyRegion = false }: Manner = {},
): RegionCore {
  const { clock } = surroundings;
  const history = createHistory();
  let region: Region = { name: options.region ?? 'local', system: null };
  let project: string | null = null;
  let pack: Pack | null = null;
  let plan: RegionPlan | null = null;
  let planning: Promise<Configuration> | null = null;
  let docker: DockerClient | null = null;
  let library: typeof import('./sources/engine.ts') | null = null;
  let names = selectionOf([]).names;
  let inSight: ReadonlySet<string> | null = null;
  const engine = new Set<FactKind>();

  const nothing = { region, roles: [], signals: [], alerts: [] };
  const live = createLive({ ...nothing, clock, history });
  const supervisor = createSupervisor({
    clock,
    live,
    random: surroundings.random,
    pace,
    log: { error: (fields, message) => log.error(message, fields['err'] ?? fields) },
  });
  const rolePlan = () => ({
    project,
    roles: pack?.roles ?? [],
    rebinding: plan?.services ?? {},
  });
  const book = createAddressBook({
    live: live.store,
    plan: rolePlan,
    engineHost: () => (plan?.docker ? engineHostOf(plan.docker.host) : null),
  });
  const describe = (next: Pack | null, where: string | null) => {
    pack = next;
    project = where;
    const name = plan?.name?.value ?? where ?? next?.system ?? 'local';
    region = { name, system: next?.system ?? null };
    const own = plan?.definitions ?? null;
    const declared = [...(next?.signals ?? []), ...(own?.signals ?? [])];
    const signals = [...declared, ...queriedSignals(plan, declared)];
    // A pack that is named will be read; without a name none may fit, and a wrong signal is told at once.
    const awaited = next === null && plan !== null && plan.system !== null;
    const others = awaited ? null : (next?.signals ?? []);
    const alerts = [...(next?.alerts ?? []), ...(own?.alerts(others) ?? [])];
    names = selectionOf(signals).names;
    live.describe({ region, roles: boundRoles(rolePlan()), project, signals, alerts });
  };
  const wanted = (): ReadonlySet<string> | null => {
    if (inSight === null) return null;
    const services = new Set(boundRoles(rolePlan()).flatMap((role) => role.services));
    const playing = containers(live.store.getState()).filter(
      (one) => one.project === project && one.service !== null && services.has(one.service),
    );
    return new Set([...inSight, ...playing.map(({ id }) => id)]);
  };
  const core: RegionCore = {
    clock,
    live,
    history,
    supervisor,
    book,
    log,
    get region() {
      return region;
    },
    get project() {
      return project;
    },
    get configured() {
      return isConfigured(surroundings, options);
    },
    configuration() {
      planning ??= (async () => {
        const read = await readConfiguration(surroundings, options, { anyRegion });
        plan = read.plan;
        library = await import('./sources/engine.ts');
        describe(null, plan.project?.named === true ? plan.project.value : null);
        return read;
      })();
      return planning;
    },
    docker() {
      if (plan === null || library === null) throw new Error('the region was not planned yet');
      if (plan.docker === null) {
        const message = 'this region has no container engine';
        throw new OperatorError('missing', message, 'configure one: `docker:` in the region');
      }
      const { host, tls } = plan.docker;
      docker ??= library.connectDocker({ host, tls });
      return docker;
    },
    async startEngine({ addressesOnly = false, complete = false } = {}) {
      const { plan: planned } = await core.configuration();
      if (!hasEngine(planned)) return;
      const parts = {
        clock,
        docker: core.docker(),
        // A project that was only guessed hides nothing.
        project: planned.project?.named === true ? planned.project.value : null,
        intervalMs: planned.durations['source-interval'] ?? null,
        wanted,
        complete,
        local: engineHostOf(planned.docker?.host ?? '') === null,
      };
      for (const source of library?.engineSources(parts) ?? []) {
        const listsOnly = addressesOnly || pace > 1;
        if (engine.has(source.kind) || (listsOnly && source.kind !== 'containers')) continue;
        engine.add(source.kind);
        supervisor.add(source);
      }
      // Those who look for an address from now on see that there is an engine to wait for.
      await live.published();
    },
    get notFound() {
      return plan === null ? [] : leftOut(plan, pack);
    },
    get logNames() {
      return plan?.logs.map(({ name }) => name) ?? [];
    },
    watchUsage(ids) {
      const more = [...ids].some((id) => inSight?.has(id) !== true);
      inSight = ids;
      if (more && engine.has('usage')) void supervisor.refresh(USAGE);
    },
    selects: (sample) => names.has(sample),
    describe,
    async close() {
      await supervisor.close();
      live.close();
      docker?.close();
    },
  };
  return core;
}
