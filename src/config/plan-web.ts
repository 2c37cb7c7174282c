import { parseDuration } from '../domain/duration.ts';
import type {
  AlertmanagerPlan,
  CertificatePlan,
  ChannelPlan,
  CheckPlan,
  HostPlan,
  LogPlan,
  MetricsPlan,
  OutsidePlan,
  PrometheusPlan,
  WebEndpoint,
} from './plan.ts';
import {
  certificatePace,
  originsOf,
  type Planning,
  plannedSource,
  secretField,
  slowPace,
  usualPace,
} from './planning.ts';
import type { Entry, ListEntry, OnlyEntry, RegionConfig } from './region-config.ts';

const HTTP_PORT = 80;
const MESSAGE_TIMEOUT_MS = 10_000;

interface WebFields {
  readonly url?: string | undefined;
  readonly service?: string | undefined;
  readonly port?: number | undefined;
  readonly path?: string | undefined;
}

function webAddress({ url, service, port, path }: WebFields, usualPath: string): WebEndpoint {
  if (url !== undefined) return { kind: 'url', url };
  return {
    kind: 'service',
    service: service ?? '',
    port: port ?? HTTP_PORT,
    path: path ?? usualPath,
  };
}

const paceOrigins = (entry: Entry<unknown>) => ({
  every: entry.at('every'),
  timeout: entry.at('timeout'),
});

/** `host:port` of a URL, to call a target by. */
function hostOf(url: string | undefined): string {
  return (url === undefined ? null : URL.parse(url)?.host) ?? 'metrics';
}

export function planMetrics(planning: Planning, entry: ListEntry<'metrics'>): MetricsPlan {
  const { value } = entry;
  return {
    ...plannedSource(planning, entry, value.service ?? hostOf(value.url), usualPace),
    address: webAddress(value, '/metrics'),
    origins: originsOf({ address: entry.at('url', 'service'), ...paceOrigins(entry) }),
  };
}

export function planCheck(planning: Planning, entry: ListEntry<'checks'>): CheckPlan {
  const { value } = entry;
  const expect = value.expect ?? {};
  const { status = 200, json = {}, body, 'max-latency': latency } = expect;
  return {
    ...plannedSource(planning, entry, value.name, usualPace),
    address: webAddress(value, '/'),
    method: value.method ?? 'GET',
    expect: {
      status: typeof status === 'number' ? [status] : status,
      json,
      body: body ?? null,
      maxLatencyMs: latency === undefined ? null : parseDuration(latency),
    },
    followRedirects: value['follow-redirects'] ?? false,
    ca: value.ca ?? null,
    origins: originsOf({
      address: entry.at('url', 'service'),
      method: entry.at('method'),
      expect: entry.at('expect'),
      'follow-redirects': entry.at('follow-redirects'),
      ca: entry.at('ca'),
      ...paceOrigins(entry),
    }),
  };
}

export function planCertificate(
  planning: Planning,
  entry: ListEntry<'certificates'>,
): CertificatePlan {
  const { value } = entry;
  const colon = value.address.lastIndexOf(':');
  const host = value.address.slice(0, colon).replace(/^\[(.*)\]$/, '$1');
  return {
    ...plannedSource(planning, entry, value.servername ?? host, certificatePace),
    host,
    port: Number(value.address.slice(colon + 1)),
    servername: value.servername ?? host,
    ca: value.ca ?? null,
    origins: originsOf({
      address: entry.at('address'),
      servername: entry.at('servername'),
      ca: entry.at('ca'),
      ...paceOrigins(entry),
    }),
  };
}

export function planPrometheus(planning: Planning, entry: OnlyEntry<'prometheus'>): PrometheusPlan {
  const { value } = entry;
  return {
    ...plannedSource(planning, entry, 'prometheus', slowPace),
    url: value.url,
    token: secretField(planning, value.token),
    queries: Object.entries(value.queries ?? {}).map(([name, expr]) => ({ name, expr })),
    origins: originsOf({
      url: entry.at('url'),
      token: entry.at('token'),
      queries: entry.at('queries'),
      ...paceOrigins(entry),
    }),
  };
}

export function planOutside(entry: OnlyEntry<'outside'>): OutsidePlan {
  const { ca, 'name-servers': nameServers, routes } = entry.value;
  return {
    nameServers: nameServers ?? [],
    routes: routes ?? {},
    ca: ca ?? null,
    origin: entry.origin,
    origins: originsOf({
      'name-servers': entry.at('name-servers'),
      routes: entry.at('routes'),
      ca: entry.at('ca'),
    }),
  };
}

export function planAlertmanager(
  planning: Planning,
  entry: OnlyEntry<'alertmanager'>,
): AlertmanagerPlan {
  return {
    ...plannedSource(planning, entry, 'alertmanager', slowPace),
    url: entry.value.url,
    token: secretField(planning, entry.value.token),
    origins: originsOf({
      url: entry.at('url'),
      token: entry.at('token'),
      ...paceOrigins(entry),
    }),
  };
}

export function planLog(planning: Planning, entry: ListEntry<'logs'>): LogPlan {
  const { name, file, unit } = entry.value;
  const called = name ?? planning.unique(unit ?? file?.split('/').at(-1) ?? 'log');
  const common = { name: called, origin: entry.origin };
  return file === undefined
    ? { ...common, kind: 'unit', unit: unit ?? '', origins: originsOf({ unit: entry.at('unit') }) }
    : { ...common, kind: 'file', file, origins: originsOf({ file: entry.at('file') }) };
}

/**
 * This host, where it is wanted.
 * @param here whether the engine runs on this host, so that its disks and memory are the region's
 */
export function planHost(
  planning: Planning,
  config: RegionConfig['host'],
  here: boolean,
  origin: string | null,
): HostPlan | null {
  if (config === false || (config === null && !here)) return null;
  if (config === null || config === true) {
    const where = origin ?? 'default';
    return {
      name: planning.unique('host'),
      origin: where,
      origins: origin === null ? {} : { host: origin },
      paths: null,
      ...usualPace,
    };
  }
  return {
    ...plannedSource(planning, config, 'host', usualPace),
    paths: config.value.paths ?? null,
    origins: originsOf({ paths: config.at('paths'), ...paceOrigins(config) }),
  };
}

/** A channel for messages; its address is read when a message is sent. */
export function planChannel(planning: Planning, entry: ListEntry<'notify'>): ChannelPlan {
  const { command, name, timeout, webhook } = entry.value;
  const timeoutMs = (timeout === undefined ? null : parseDuration(timeout)) ?? MESSAGE_TIMEOUT_MS;
  const common = { name, timeoutMs, origin: entry.origin };
  const times = { timeout: entry.at('timeout') };
  const address = secretField(planning, webhook);
  if (address !== null) {
    const origins = originsOf({ webhook: entry.at('webhook'), ...times });
    return { ...common, kind: 'webhook', address, origins };
  }
  const origins = originsOf({ command: entry.at('command'), ...times });
  return { ...common, kind: 'command', command: command ?? [], origins };
}
