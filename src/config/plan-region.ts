import { parseDuration } from '../domain/duration.ts';
import type { Discovery } from './discovery/discover.ts';
import { checkEngineAddress, isLocalEngine } from './engine-address.ts';
import { notFoundIn } from './not-found.ts';
import type { DockerPlan, KubernetesPlan, Origin, RegionPlan, Sourced } from './plan.ts';
import {
  foundDatabaseCredentials,
  hasAddress,
  planCredentials,
  planDatabaseCredentials,
  planPostgres,
  planRedis,
} from './plan-data.ts';
import {
  planAlertmanager,
  planCertificate,
  planChannel,
  planCheck,
  planHost,
  planLog,
  planMetrics,
  planOutside,
  planPrometheus,
} from './plan-web.ts';
import { createPlanning, originsOf } from './planning.ts';
import type { RegionConfig } from './region-config.ts';
import type { ConfigSurroundings } from './surroundings.ts';

/** What the command line says over everything else. */
export interface PlanOverrides {
  readonly system: string | null;
  readonly project: string | null;
  readonly readOnly: boolean;
}

const noOverrides: PlanOverrides = { system: null, project: null, readOnly: false };

/**
 * Everything to connect in a region, with where each value comes from. Without a configured region it is
 * what the surroundings name; a configured one takes only what it names itself, the engine excepted.
 * Nothing is connected; of secrets only an address given by reference is read.
 * @throws ConfigError when an address cannot be used
 */
export function planRegion(
  region: RegionConfig | null,
  discovery: Discovery,
  from: ConfigSurroundings,
  overrides: PlanOverrides = noOverrides,
): RegionPlan {
  const docker = region === null ? discovery.docker : dockerOf(region, discovery);
  if (docker !== null) checkEngineAddress(docker);
  const base = { ...plainOf(region, discovery, overrides), docker };
  const here = docker === null || isLocalEngine(docker.host);
  const plan =
    region === null
      ? { ...base, ...found(discovery, from, here) }
      : { ...base, ...configured(region, from, here) };
  return { ...plan, notFound: notFoundIn(plan, discovery) };
}

type Sources = Omit<RegionPlan, keyof ReturnType<typeof plainOf> | 'docker' | 'notFound'>;

/** The sources the surroundings name. */
function found(discovery: Discovery, from: ConfigSurroundings, here: boolean): Sources {
  const { postgres, redis, prometheus, alertmanager, kubernetes } = discovery;
  return {
    kubernetes,
    postgres: postgres === null ? [] : [postgres],
    databaseCredentials: foundDatabaseCredentials(from),
    redis: redis === null ? [] : [redis],
    cacheCredentials: null,
    metrics: [],
    prometheus,
    alertmanager,
    outside: null,
    checks: [],
    certificates: [],
    host: planHost(createPlanning(from, []), null, here, null),
    logs: [],
    notify: [],
    definitions: null,
  };
}

/** The sources a region names. */
function configured(region: RegionConfig, from: ConfigSurroundings, here: boolean): Sources {
  const { postgres, redis, metrics, checks, certificates, logs } = region;
  const all = [postgres, redis, metrics, checks, certificates, logs].flat();
  const planning = createPlanning(
    from,
    all.flatMap(({ value }) => value.name ?? []),
  );
  const login = postgres.find((entry) => !hasAddress(entry));
  const credentials = redis.find((entry) => !hasAddress(entry));
  const { prometheus, alertmanager, outside } = region;
  return {
    kubernetes: kubernetesOf(region, from),
    postgres: postgres.filter(hasAddress).map((entry) => planPostgres(planning, entry)),
    databaseCredentials: login === undefined ? null : planDatabaseCredentials(planning, login),
    redis: redis.filter(hasAddress).map((entry) => planRedis(planning, entry)),
    cacheCredentials: credentials === undefined ? null : planCredentials(planning, credentials),
    metrics: metrics.map((entry) => planMetrics(planning, entry)),
    prometheus: prometheus === null ? null : planPrometheus(planning, prometheus),
    alertmanager: alertmanager === null ? null : planAlertmanager(planning, alertmanager),
    outside: outside === null ? null : planOutside(outside),
    checks: checks.map((entry) => planCheck(planning, entry)),
    certificates: certificates.map((entry) => planCertificate(planning, entry)),
    host: planHost(planning, region.host, here, region.plain.at('host')),
    logs: logs.map((entry) => planLog(planning, entry)),
    notify: region.notify.map((entry) => planChannel(planning, entry)),
    definitions: region.definitions,
  };
}

function dockerOf({ docker }: RegionConfig, discovery: Discovery): DockerPlan | null {
  if (docker === false) return null;
  if (docker === null) return discovery.docker;
  const { host, tls } = docker.value;
  return {
    host,
    tls:
      tls === undefined
        ? null
        : { ca: tls.ca, cert: tls.cert ?? null, key: tls.key ?? null, verify: true },
    expected: true,
    origin: docker.origin,
    origins: originsOf({ host: docker.at('host') ?? docker.origin, tls: docker.at('tls') }),
  };
}

function kubernetesOf(
  { kubernetes }: RegionConfig,
  { env, home }: ConfigSurroundings,
): KubernetesPlan | null {
  if (kubernetes === null) return null;
  const { kubeconfig, context } = kubernetes.value;
  return {
    kubeconfig: kubeconfig ?? env['KUBECONFIG']?.split(':')[0] ?? `${home}/.kube/config`,
    context: context ?? null,
    origin: kubernetes.origin,
    origins: originsOf({
      kubeconfig: kubernetes.at('kubeconfig'),
      context: kubernetes.at('context'),
    }),
  };
}

function plainOf(region: RegionConfig | null, discovery: Discovery, overrides: PlanOverrides) {
  const plain = region?.plain;
  const sourced = (field: 'system' | 'project'): Sourced<string> | null => {
    const override = overrides[field];
    if (override !== null) return { value: override, origin: `--${field}` };
    const value = plain?.value[field];
    return value === undefined ? null : { value, origin: plain?.at(field) ?? 'default' };
  };
  const named = sourced('project');
  const around = region === null ? discovery.project : discovery.namedProject;
  const { services = {}, durations = {} } = plain?.value ?? {};
  const readOnly = plain?.value['read-only'] === true;
  return {
    name: region === null ? null : { value: region.name, origin: region.plain.origin },
    system: sourced('system'),
    project: named === null ? around : { ...named, named: true },
    services,
    durations: Object.fromEntries(
      Object.entries(durations).map(([name, text]) => [name, parseDuration(text) ?? 0]),
    ),
    readOnly: overrides.readOnly || readOnly,
    maxRisk: plain?.value['max-risk'] ?? ('destructive' as const),
    forbid: (plain?.value.forbid ?? []).map(({ action, except = [], target, why }) => ({
      action: action ?? null,
      target: target ?? null,
      region: null,
      except,
      why,
    })),
    origins: plainOrigins(region, overrides),
  };
}

function plainOrigins(
  region: RegionConfig | null,
  overrides: PlanOverrides,
): Readonly<Record<string, Origin>> {
  const at = (field: string) => region?.plain.at(field) ?? null;
  return originsOf({
    services: at('services'),
    durations: at('durations'),
    'read-only': overrides.readOnly ? '--read-only' : at('read-only'),
    'max-risk': at('max-risk'),
    forbid: at('forbid'),
    signals: at('signals'),
    alerts: at('alerts'),
    docker: region?.docker === false ? at('docker') : null,
    host: region?.host === false ? at('host') : null,
  });
}
