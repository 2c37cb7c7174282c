import type {
  ContainerSettings,
  HealthCheck,
  Limits,
  RestartPolicy,
  WantedPort,
} from '../world/container.ts';
import { EngineRefusal, objectIn } from './engine.ts';

type Body = Readonly<Record<string, unknown>>;

const RESTARTS: readonly string[] = ['no', 'always', 'unless-stopped', 'on-failure'];
const COMPOSE = 'com.docker.compose';
const DEFAULT_NETWORK = 'bridge';

function texts(value: unknown): readonly string[] {
  if (typeof value === 'string') return [value];
  return Array.isArray(value) ? value.map(String) : [];
}

function record(value: unknown): Record<string, string> {
  return Object.fromEntries(Object.entries(objectIn(value)).map(([k, v]) => [k, String(v)]));
}

/** What a container may use, as the engine's API writes it; nothing of it is left out as unchanged. */
export function limitsIn(host: Body): Partial<Limits> {
  const limit = (name: string, field: keyof Limits) => {
    const value = host[name];
    if (typeof value !== 'number' || value === 0) return {};
    return { [field]: value };
  };
  return {
    ...limit('Memory', 'memoryBytes'),
    ...limit('MemorySwap', 'memorySwapBytes'),
    ...limit('MemoryReservation', 'reservationBytes'),
    ...limit('NanoCpus', 'nanoCpus'),
  };
}

/** The restart policy in a body; null where there is none. */
export function restartIn(host: Body): RestartPolicy | null {
  const name = objectIn(host['RestartPolicy'])['Name'];
  if (typeof name !== 'string' || name === '') return null;
  if (RESTARTS.includes(name)) return name as RestartPolicy;
  throw new EngineRefusal(400, `invalid restart policy: unknown policy '${name}'`);
}

function healthIn(config: Body): HealthCheck | null {
  const check = objectIn(config['Healthcheck']);
  const test = texts(check['Test']);
  if (test.length === 0 || test[0] === 'NONE') return null;
  const ms = (name: string, otherwise: number) => Number(check[name] || otherwise * 1e6) / 1e6;
  return {
    test,
    intervalMs: ms('Interval', 30_000),
    timeoutMs: ms('Timeout', 30_000),
    startPeriodMs: ms('StartPeriod', 0),
    retries: Number(check['Retries'] || 3),
  };
}

function portsIn(config: Body, host: Body): readonly WantedPort[] {
  const bindings = objectIn(host['PortBindings']);
  const number = (key: string) => Number(key.split('/')[0]);
  const bound = Object.keys(bindings).map((key): WantedPort => {
    const [first] = Array.isArray(bindings[key]) ? bindings[key] : [];
    return { containerPort: number(key), hostPort: Number(objectIn(first)['HostPort'] ?? 0) };
  });
  const exposed = Object.keys(objectIn(config['ExposedPorts']))
    .map(number)
    .filter((port) => !bound.some(({ containerPort }) => containerPort === port))
    .map((containerPort): WantedPort => ({ containerPort, hostPort: null }));
  return [...bound, ...exposed];
}

function networksIn(config: Body, host: Body, name: string) {
  const endpoints = objectIn(objectIn(config['NetworkingConfig'])['EndpointsConfig']);
  const mode = String(host['NetworkMode'] || DEFAULT_NETWORK);
  const names = Object.keys(endpoints);
  const all =
    names.length > 0 ? names : mode === 'none' ? [] : [mode === 'default' ? DEFAULT_NETWORK : mode];
  return Object.fromEntries(
    all.map((network) => [network, [...texts(objectIn(endpoints[network])['Aliases']), name]]),
  );
}

function mountsIn(host: Body) {
  const all = texts(host['Binds']).map((text) => text.split(':'));
  const pair = ([from = '', to = '']: readonly string[]) => [from, to] as const;
  return {
    binds: all.filter(([from = '']) => from.startsWith('/')).map(pair),
    volumes: all.filter(([from = '']) => !from.startsWith('/')).map(pair),
  };
}

/** How a container is to be made, from the body of `POST /containers/create`. */
export function settingsFrom(body: Body, name: string): ContainerSettings {
  const host = objectIn(body['HostConfig']);
  const labels = record(body['Labels']);
  const { HostConfig: _host, NetworkingConfig: _networks, ...config } = body;
  const image = String(body['Image'] ?? '');
  const env = texts(body['Env']).map((text) => {
    const [key = '', value = ''] = text.split(/=(.*)/s);
    return [key, value] as const;
  });
  return {
    name,
    project: labels[`${COMPOSE}.project`] ?? null,
    service: labels[`${COMPOSE}.service`] ?? null,
    number: Number(labels[`${COMPOSE}.container-number`] ?? 1),
    image: image.includes(':') ? image : `${image}:latest`,
    command: [...texts(body['Entrypoint']), ...texts(body['Cmd'])],
    env: Object.fromEntries(env),
    labels,
    networks: networksIn(body, host, name),
    networkMode: String(host['NetworkMode'] || DEFAULT_NETWORK),
    ports: portsIn(body, host),
    restart: restartIn(host) ?? 'no',
    limits: {
      memoryBytes: null,
      memorySwapBytes: null,
      reservationBytes: null,
      nanoCpus: null,
      ...limitsIn(host),
    },
    healthCheck: healthIn(body),
    stopSignal: String(body['StopSignal'] || 'SIGTERM'),
    ...mountsIn(host),
    more: { Config: config, HostConfig: host },
  };
}
