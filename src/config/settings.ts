import { redactText } from '../domain/redact.ts';
import type { CheckPlan, Endpoint, Origin, RegionPlan, Secret, WebEndpoint } from './plan.ts';

/** One effective value, with where it comes from. Secrets stand by their reference. */
export interface Setting {
  /** As in the configuration: `postgres.main.user`. */
  readonly key: string;
  readonly value: string;
  readonly origin: Origin;
}

type Values = Readonly<Record<string, string | number | boolean | null | undefined>>;

interface Described {
  readonly origins: Readonly<Record<string, Origin>>;
}

const DEFAULT: Origin = 'default';

/** Rows of one entry; what is null or undefined has no row. */
function rows(prefix: string, { origins }: Described, values: Values): readonly Setting[] {
  return Object.entries(values).flatMap(([name, value]) =>
    value === null || value === undefined
      ? []
      : [{ key: `${prefix}.${name}`, value: String(value), origin: origins[name] ?? DEFAULT }],
  );
}

function endpointWords(address: Endpoint): string {
  switch (address.kind) {
    case 'host':
      return `${address.host.includes(':') ? `[${address.host}]` : address.host}:${address.port}`;
    case 'service':
      return `service ${address.service} port ${address.port}`;
    case 'socket':
      return address.path;
  }
}

/** `status 200, ready true, within 500 ms`. */
function expectWords({ status, json, body, maxLatencyMs }: CheckPlan['expect']): string {
  return [
    `status ${status.join(' or ')}`,
    ...Object.entries(json).map(([path, value]) => `${path} ${value}`),
    ...(body === null ? [] : [`text ${body}`]),
    ...(maxLatencyMs === null ? [] : [`within ${maxLatencyMs} ms`]),
  ].join(', ');
}

function webWords(address: WebEndpoint): string {
  return address.kind === 'url'
    ? address.url
    : `service ${address.service} port ${address.port} path ${address.path}`;
}

/** What may be shown of a secret. */
const masked = (secret: Secret | null) => (secret === null ? null : `•••• (${secret.reference})`);

const seconds = (ms: number) => `${ms / 1000}s`;

const pace = ({ intervalMs, timeoutMs }: { intervalMs: number; timeoutMs: number }) => ({
  every: seconds(intervalMs),
  timeout: seconds(timeoutMs),
});

function plainRows(plan: RegionPlan): readonly Setting[] {
  const { name, system, project, origins } = plan;
  const sourced = Object.entries({ region: name, system, project }).flatMap(([key, found]) =>
    found === null ? [] : [{ key, value: found.value, origin: found.origin }],
  );
  const listed = (key: string, values: Readonly<Record<string, unknown>>) =>
    Object.entries(values).map(([inner, value]) => ({
      key: `${key}.${inner}`,
      value: String(value),
      origin: origins[key] ?? DEFAULT,
    }));
  const flag = (key: string, value: string) => ({ key, value, origin: origins[key] ?? DEFAULT });
  const durations = Object.entries(plan.durations).map(([key, ms]) => [key, seconds(ms)]);
  return [
    ...sourced,
    ...listed('services', plan.services),
    ...listed('durations', Object.fromEntries(durations)),
    flag('read-only', String(plan.readOnly)),
    flag('max-risk', plan.maxRisk),
    ...plan.forbid.map(({ action, target, why }) =>
      flag('forbid', `${action ?? '*'} ${target ?? '*'}: ${why}`),
    ),
  ];
}

function engineRows({ docker, kubernetes, origins }: RegionPlan): readonly Setting[] {
  const off = { key: 'docker', value: 'false', origin: origins['docker'] ?? DEFAULT };
  const engine =
    docker === null
      ? [off]
      : rows('docker', docker, {
          host: docker.host,
          tls: docker.tls && [docker.tls.ca, docker.tls.cert, docker.tls.key].join(' '),
        });
  if (kubernetes === null) return engine;
  const { kubeconfig, context } = kubernetes;
  return [...engine, ...rows('kubernetes', kubernetes, { kubeconfig, context })];
}

function dataRows(plan: RegionPlan): readonly Setting[] {
  const { cacheCredentials, databaseCredentials, postgres, redis } = plan;
  return [
    ...postgres.flatMap((p) =>
      rows(`postgres.${p.name}`, p, {
        address: endpointWords(p.address),
        database: p.database,
        user: p.user,
        password: masked(p.password),
        tls: p.tls,
        ca: p.ca,
        ...pace(p),
      }),
    ),
    ...(databaseCredentials === null
      ? []
      : rows('postgres', databaseCredentials, {
          user: databaseCredentials.user,
          database: databaseCredentials.database,
          password: masked(databaseCredentials.password),
          tls: databaseCredentials.tls,
          ca: databaseCredentials.ca,
        })),
    ...redis.flatMap((r) =>
      rows(`redis.${r.name}`, r, {
        address: endpointWords(r.address),
        username: r.username,
        password: masked(r.password),
        tls: r.tls,
        ca: r.ca,
        ...pace(r),
      }),
    ),
    ...(cacheCredentials === null
      ? []
      : rows('redis', cacheCredentials, {
          username: cacheCredentials.username,
          password: masked(cacheCredentials.password),
        })),
  ];
}

function webRows(plan: RegionPlan): readonly Setting[] {
  const { prometheus, alertmanager, outside } = plan;
  return [
    ...plan.metrics.flatMap((m) =>
      rows(`metrics.${m.name}`, m, { address: webWords(m.address), ...pace(m) }),
    ),
    ...(prometheus === null
      ? []
      : rows('prometheus', prometheus, {
          url: prometheus.url,
          token: masked(prometheus.token),
          queries: prometheus.queries.map(({ name }) => name).join(' ') || null,
          ...pace(prometheus),
        })),
    ...(alertmanager === null
      ? []
      : rows('alertmanager', alertmanager, {
          url: alertmanager.url,
          token: masked(alertmanager.token),
          ...pace(alertmanager),
        })),
    ...(outside === null
      ? []
      : rows('outside', outside, {
          'name-servers': outside.nameServers.join(' ') || null,
          routes: Object.keys(outside.routes).join(' ') || null,
          ca: outside.ca,
        })),
    ...plan.checks.flatMap((c) =>
      rows(`checks.${c.name}`, c, {
        address: webWords(c.address),
        method: c.method,
        expect: expectWords(c.expect),
        'follow-redirects': c.followRedirects,
        ca: c.ca,
        ...pace(c),
      }),
    ),
    ...plan.certificates.flatMap((c) =>
      rows(`certificates.${c.name}`, c, {
        address: `${c.host}:${c.port}`,
        servername: c.servername,
        ca: c.ca,
        ...pace(c),
      }),
    ),
  ];
}

function machineRows({ host, logs, origins }: RegionPlan): readonly Setting[] {
  const off = { key: 'host', value: 'false', origin: origins['host'] ?? DEFAULT };
  return [
    ...(host === null
      ? [off]
      : rows('host', host, { paths: host.paths?.join(' ') ?? 'all', ...pace(host) })),
    ...logs.flatMap((log) =>
      rows(`logs.${log.name}`, log, log.kind === 'file' ? { file: log.file } : { unit: log.unit }),
    ),
  ];
}

function messageRows({ notify }: RegionPlan): readonly Setting[] {
  return notify.flatMap((channel) =>
    rows(`notify.${channel.name}`, channel, {
      ...(channel.kind === 'webhook'
        ? { webhook: masked(channel.address) }
        : { command: redactText(channel.command.join(' ')) }),
      timeout: seconds(channel.timeoutMs),
    }),
  );
}

/** Every effective value of a region, in the order of its sections. */
export function settingsOf(plan: RegionPlan): readonly Setting[] {
  const parts = [plainRows, engineRows, dataRows, webRows, machineRows, messageRows];
  return parts.flatMap((part) => part(plan));
}
