import { join } from 'node:path';
import { createExecutor, type Executor } from '../actions/executor.ts';
import type { Policy } from '../actions/policy.ts';
import { ConfigError } from '../config/config-error.ts';
import { chooseRegion, loadConfig, resolveSecret } from '../config/load.ts';
import { formatSignal } from '../domain/format.ts';
import type { Operator } from '../domain/operator.ts';
import type { Region } from '../domain/region.ts';
import type { EngineContext } from '../engine/context.ts';
import type { Readings } from '../engine/state.ts';
import type { Journal } from '../incidents/journal.ts';
import { openSqliteJournal } from '../incidents/store/sqlite.ts';
import { connectDocker, type DockerClient } from '../integrations/docker/client.ts';
import { connectRedis } from '../integrations/redis/client.ts';
import { createAddressBook } from '../live/address.ts';
import { boundRoles } from '../live/binding.ts';
import { createHistory, type History } from '../live/history.ts';
import { createLive, type Live } from '../live/store.ts';
import { createSupervisor, type Supervisor } from '../live/supervisor.ts';
import type { Log } from '../log/log.ts';
import type { Catalogue } from '../runbooks/catalogue.ts';
import type { Diagnostic } from '../runbooks/diagnostic.ts';
import { loadPacks } from '../runbooks/loader.ts';
import type { Pack } from '../runbooks/pack.ts';
import { signalScope } from '../signals/conditions-scope.ts';
import { assembleCatalogue } from './catalogue.ts';
import { containersSource, sourcesOf } from './sources.ts';
import {
  configFiles,
  type GlobalOptions,
  operatorOf,
  packFolders,
  type Surroundings,
  sameArguments,
  stateDirectory,
} from './surroundings.ts';

const DEFAULT_SOCKET = 'unix:///var/run/docker.sock';

/** One region with everything that works in it. Nothing is connected before it is started. */
export interface Program {
  readonly region: Region;
  readonly operator: Operator;
  readonly policy: Policy;
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
  /** Starts every source, or only the engine's for a runner that needs addresses. */
  start(which: 'all' | 'containers'): void;
  close(): Promise<void>;
}

/** The packs and what is wrong in them, without a region: enough to list, lint and walk runbooks. */
export interface Library {
  readonly catalogue: Catalogue;
  readonly packs: readonly Pack[];
  readonly diagnostics: readonly Diagnostic[];
}

/**
 * The pack that describes the region: the one named, else the one called like its project, else the only
 * one there is.
 */
function choosePack(
  packs: readonly Pack[],
  named: string | undefined,
  project: string | undefined,
) {
  const systems = packs.map(({ system }) => system);
  const listed = systems.join(', ') || 'none';
  if (named !== undefined) {
    const pack = packs.find(({ system }) => system === named);
    if (!pack) throw new ConfigError(`No pack ${named} is loaded; there are: ${listed}`);
    return pack;
  }
  const like = packs.find(({ system }) => system === project);
  if (like || packs.length <= 1) return like ?? packs[0] ?? null;
  throw new ConfigError(
    `Several packs are loaded (${listed}): choose one with --system, or with system: in the region`,
  );
}

/** Where a remote engine publishes ports; null for one on this host. */
function engineHostOf(dockerHost: string): string | null {
  const remote = /^(?:tcp|ssh):\/\/(?:[^@/]*@)?(\[[^\]]+\]|[^:/]+)/.exec(dockerHost)?.[1];
  return remote ?? null;
}

/** Loads the packs with an unconnected catalogue. */
export function composeLibrary(surroundings: Surroundings, options: GlobalOptions): Library {
  const unconnected = () => {
    throw new Error('this catalogue has no connections');
  };
  const catalogue = assembleCatalogue({ docker: unconnected, redis: unconnected });
  return { catalogue, ...loadPacks(packFolders(surroundings, options), catalogue) };
}

/**
 * Puts a region together from its configuration, or from what the surroundings tell where there is
 * none.
 * @throws ConfigError when the configuration cannot be used
 */
export function compose(surroundings: Surroundings, options: GlobalOptions, log: Log): Program {
  const { env, clock } = surroundings;
  const config = loadConfig(configFiles(surroundings, options), options.config);
  const chosen = chooseRegion(config, options.region);
  const region = chosen?.config ?? {};
  const state = stateDirectory(surroundings, options);

  // An empty variable is an unset one, as for the engine's own tools.
  const dockerHost = region.docker ?? (env['DOCKER_HOST'] || DEFAULT_SOCKET);
  let docker: DockerClient | null = null;
  const connect = () => {
    docker ??= connectDocker({ host: dockerHost });
    return docker;
  };
  const credentials = {
    ...(region.redis?.username === undefined ? {} : { username: region.redis.username }),
    ...(region.redis?.password === undefined
      ? {}
      : { password: resolveSecret(region.redis.password, env) }),
  };
  const catalogue = assembleCatalogue({
    docker: connect,
    redis: (address) => connectRedis({ ...address, ...credentials }),
  });
  const { packs, diagnostics } = loadPacks(
    packFolders(surroundings, options),
    catalogue,
    region.durations ?? {},
  );
  const wanted = region.project ?? env['COMPOSE_PROJECT_NAME'];
  const pack = choosePack(packs, options.system ?? region.system, wanted);
  const project = wanted ?? pack?.system ?? null;
  const binding = { roles: pack?.roles ?? [], rebinding: region.services ?? {} };
  const roles = boundRoles(binding);
  const here: Region = { name: chosen?.name ?? project ?? 'local', system: pack?.system ?? null };

  const history = createHistory();
  const live = createLive({
    region: here,
    clock,
    history,
    roles,
    project,
    signals: pack?.signals ?? [],
    alerts: pack?.alerts ?? [],
  });
  const book = createAddressBook({
    live: live.store,
    project,
    ...binding,
    engineHost: engineHostOf(dockerHost),
  });
  const supervisor = createSupervisor({
    clock,
    live,
    random: surroundings.random,
    log: { error: (fields, message) => log.error(message, fields['err'] ?? fields) },
  });

  let journal: Journal | null = null;
  const operator = operatorOf(surroundings, process.pid);
  const context: EngineContext = {
    clock,
    region: here,
    operator,
    catalogue,
    severities: pack?.severities ?? [],
    get journal() {
      journal ??= openSqliteJournal(join(state, 'journal.db'), clock);
      return journal;
    },
    signals: () => signalScope(live.store.getState()),
    readings: (ids) => readingsOf(live, ids),
    reach: (signal) => ({ clock, signal, bind: book.bind, address: book.address }),
  };
  const policy: Policy = {
    readOnly: options.readOnly || region['read-only'] === true,
    maxRisk: region['max-risk'] ?? 'destructive',
  };
  const executor = createExecutor({
    context,
    policy,
    newId: surroundings.newId,
    startRunner: (intent) =>
      surroundings.spawnDetached(['runner', '--intent', intent, ...sameArguments(options)]),
  });
  const parts = {
    project,
    definitions: pack?.sources ?? [],
    roles,
    credentials,
    dockerIntervalMs: pack?.durations['source-interval'] ?? null,
    serviceAddress: book.address,
  };
  return {
    region: here,
    operator,
    policy,
    pack,
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
    start(which) {
      const withDocker = { ...parts, docker: connect() };
      const sources = which === 'all' ? sourcesOf(withDocker) : [containersSource(withDocker)];
      for (const source of sources) supervisor.add(source);
    },
    async close() {
      await supervisor.close();
      live.close();
      docker?.close();
      journal?.close();
    },
  };
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
