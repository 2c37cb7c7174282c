import { isLocalEngine } from '../config/engine-address.ts';
import type { CacheCredentials, PostgresPlan, RegionPlan } from '../config/plan.ts';
import { OperatorError } from '../domain/operator-error.ts';
import { timeLimit } from '../domain/time-limit.ts';
import type { DockerClient } from '../integrations/docker/client.ts';
import { composeProjectsFrom } from '../integrations/docker/compose.ts';
import type { KnownPostgres } from '../integrations/postgres/role.ts';
import { prometheusClient } from '../integrations/prometheus/query-client.ts';
import { connectRedis } from '../integrations/redis/client.ts';
import { boundRoles } from '../live/binding.ts';
import type { Pack } from '../runbooks/pack.ts';
import type { Connections } from './catalogue.ts';
import { outsideOf } from './outside.ts';
import type { RegionCore } from './region.ts';
import { authority } from './sources/authority.ts';
import type { Surroundings } from './surroundings.ts';

const FOLDER_TIMEOUT_MS = 5000;

/** How to log in to the caches of the pack. @throws OperatorError */
function cacheLogin(credentials: CacheCredentials | null) {
  const { username = null, password = null } = credentials ?? {};
  return {
    ...(username === null ? {} : { username }),
    ...(password === null ? {} : { password: password.read() }),
  };
}

function planned(plan: PostgresPlan): KnownPostgres {
  const { address, ca, database, name, password, passwordFile, timeoutMs, tls, user } = plan;
  return {
    source: name,
    at: address.kind === 'socket' ? { socketFolder: address.path, port: address.port } : address,
    database,
    user,
    tls,
    timeoutMs,
    ...(password === null ? { passwordFile } : { password: () => password.read() }),
    ...(ca === null ? {} : { ca: authority(ca) }),
  };
}

/** The databases that a pack names, as this region binds and opens them. */
function declared(plan: RegionPlan, pack: Pack | null): readonly KnownPostgres[] {
  const login = plan.databaseCredentials;
  if (pack === null || login === null) return [];
  const roles = boundRoles({ roles: pack.roles, rebinding: plan.services });
  const { ca, password, passwordFile, tls } = login;
  return pack.sources.flatMap((source) => {
    if (source.kind !== 'database') return [];
    const services = roles.find(({ role }) => role === source.role)?.services ?? [source.role];
    return services.map((service) => ({
      source: service,
      at: { service, port: source.port },
      database: login.database ?? source.name,
      user: login.user ?? source.user,
      tls,
      timeoutMs: source.timeoutMs,
      ...(password === null ? { passwordFile } : { password: () => password.read() }),
      ...(ca === null ? {} : { ca: authority(ca) }),
    }));
  });
}

/** The folder of a compose project, from the labels of its containers. */
async function projectFolder(docker: DockerClient, project: string | null): Promise<string> {
  const signal = timeLimit(FOLDER_TIMEOUT_MS);
  const projects = composeProjectsFrom(await docker.list({ project }, signal));
  const found = projects.find(({ name }) => name === project) ?? projects[0];
  if (found?.folder != null && (project !== null || projects.length === 1)) return found.folder;
  const what = project === null ? 'this region' : `the project ${project}`;
  throw new OperatorError(
    'missing',
    `No container tells the folder of ${what}`,
    'start its containers with compose, or name a whole path',
  );
}

/**
 * How probes and actions reach what they read and change in one region.
 * @param pack the pack that describes it at that moment, or null
 * @param regions the others
 */
export function connectionsOf(
  core: RegionCore,
  plan: RegionPlan,
  surroundings: Surroundings,
  pack: () => Pack | null,
  regions: Connections['regions'],
): Connections {
  const outside = outsideOf(plan.outside);
  const isLocal = () => plan.docker === null || isLocalEngine(plan.docker.host);
  const folderOf = (project: string | null) =>
    projectFolder(core.docker(), project ?? core.project);
  return {
    docker: core.docker,
    redis: (address) => connectRedis({ ...address, ...cacheLogin(plan.cacheCredentials) }),
    // A database of the configuration stands for that of the pack with the same name.
    postgres: () => {
      const own = plan.postgres.map(planned);
      const names = new Set(own.map(({ source }) => source));
      return [...own, ...declared(plan, pack()).filter(({ source }) => !names.has(source))];
    },
    prometheus: () => {
      if (plan.prometheus === null) return null;
      const { token, ...server } = plan.prometheus;
      const options = token === null ? server : { ...server, token: () => token.read() };
      return { client: prometheusClient(options), url: server.url };
    },
    files: { isLocal, projectFolder: folderOf },
    shell: {
      env: surroundings.env,
      folder: () => folderOf(null).catch(() => surroundings.cwd),
    },
    host: { isLocal },
    channels: () => plan.notify,
    outside: () => outside,
    regions,
  };
}
