import { readFile } from 'node:fs/promises';
import { isAbsolute, join, resolve } from 'node:path';
import type {
  ContainerSettings,
  HealthCheck,
  Limits,
  RestartPolicy,
  WantedPort,
} from '../world/container.ts';
import type { World } from '../world/world.ts';

type Tree = Readonly<Record<string, unknown>>;

/** A service as its compose file has it, ready to be made. */
export interface Service {
  readonly name: string;
  readonly replicas: number;
  readonly dependsOn: readonly {
    readonly service: string;
    readonly healthy: boolean;
    /** It has to have ended well. */
    readonly completed: boolean;
  }[];
  /** Its image is built here. */
  readonly builds: boolean;
  readonly entrypoint: readonly string[];
  /** How many ports of the host each of its ports may take, one for each of its containers. */
  readonly portRanges: readonly number[];
  readonly profiles: readonly string[];
  /** Of its first container; further ones have other names. */
  readonly settings: ContainerSettings;
  readonly containerName: string | null;
}

/** A compose project as its files have it. */
export interface Project {
  readonly separator: string;
  readonly name: string;
  readonly folder: string;
  readonly files: readonly string[];
  readonly services: readonly Service[];
  readonly networks: readonly string[];
}

function tree(value: unknown): Tree {
  const fit = typeof value === 'object' && value !== null && !Array.isArray(value);
  return fit ? (value as Tree) : {};
}

function list(value: unknown): readonly string[] {
  if (typeof value === 'string') return [value];
  return Array.isArray(value) ? value.map(String) : [];
}

/** Names and values, written either way: as a mapping or as `NAME=value`. */
function pairs(value: unknown): Record<string, string> {
  if (Array.isArray(value)) {
    return Object.fromEntries(
      value.map(String).map((line) => {
        const at = line.indexOf('=');
        return at < 0 ? [line, ''] : [line.slice(0, at), line.slice(at + 1)];
      }),
    );
  }
  return Object.fromEntries(Object.entries(tree(value)).map(([k, v]) => [k, String(v ?? '')]));
}

/** Reads an env file as compose does: one `NAME=value` a line, quotes around a value are taken off. */
export function readEnv(text: string): Record<string, string> {
  const values: Record<string, string> = {};
  for (const line of text.split(/\r?\n/)) {
    const found = /^\s*(?:export\s+)?([A-Za-z_]\w*)\s*=\s*(.*?)\s*$/.exec(line);
    if (found === null || line.trimStart().startsWith('#')) continue;
    const [, name = '', raw = ''] = found;
    const quoted = /^"(.*)"$|^'(.*)'$/.exec(raw);
    values[name] = quoted?.[1] ?? quoted?.[2] ?? raw.replace(/\s+#.*$/, '');
  }
  return values;
}

const UNITS: Readonly<Record<string, number>> = { ms: 1, s: 1000, m: 60_000, h: 3_600_000 };

function durationMs(value: unknown, otherwise: number): number {
  const found = /^(\d+(?:\.\d+)?)(ms|s|m|h)$/.exec(String(value ?? ''));
  return found === null ? otherwise : Number(found[1]) * (UNITS[found[2] ?? ''] ?? 1);
}

function healthOf(value: unknown): HealthCheck | null {
  const check = tree(value);
  if (check['test'] === undefined || check['disable'] === true) return null;
  const test =
    typeof check['test'] === 'string' ? ['CMD-SHELL', check['test']] : list(check['test']);
  return {
    test,
    intervalMs: durationMs(check['interval'], 30_000),
    timeoutMs: durationMs(check['timeout'], 30_000),
    retries: Number(check['retries'] ?? 3),
    startPeriodMs: durationMs(check['start_period'], 0),
  };
}

/** A port that is published, and how many ports of the host it may choose from: `8000-8003:8000`. */
function publishedIn(service: Tree): readonly (WantedPort & { readonly range: number })[] {
  return list(service['ports']).flatMap((text) => {
    const parts = text.replace(/\/tcp$/, '').split(':');
    const containerPort = Number(parts.at(-1));
    if (!Number.isInteger(containerPort)) return [];
    const [first = 0, last = first] = (parts.at(-2) ?? '0').split('-').map(Number);
    return [{ containerPort, hostPort: first, range: last - first + 1 }];
  });
}

function portsOf(service: Tree): readonly WantedPort[] {
  const published = publishedIn(service).map(({ containerPort, hostPort }): WantedPort => {
    return { containerPort, hostPort };
  });
  const exposed = list(service['expose'])
    .map(Number)
    .filter((port) => !published.some(({ containerPort }) => containerPort === port))
    .map((containerPort): WantedPort => ({ containerPort, hostPort: null }));
  return [...published, ...exposed];
}

const SIZES: Readonly<Record<string, number>> = { b: 1, k: 1024, m: 1024 ** 2, g: 1024 ** 3 };

/** Bytes of a size as Docker reads it: `256m`, `1gb`; null where it is none. */
function sizeOf(text: string): number | null {
  const found = /^(\d+(?:\.\d+)?)\s*([bkmg]?)i?b?$/.exec(text.toLowerCase());
  return found === null ? null : Math.round(Number(found[1]) * (SIZES[found[2] || 'b'] ?? 1));
}

function limitsOf(service: Tree): Limits {
  const deploy = tree(tree(service['deploy'])['resources']);
  const limits = tree(deploy['limits']);
  const bytes = (value: unknown) => (value === undefined ? null : sizeOf(String(value)));
  const cpus = service['cpus'] ?? limits['cpus'];
  return {
    memoryBytes: bytes(service['mem_limit'] ?? limits['memory']),
    memorySwapBytes: bytes(service['memswap_limit']),
    reservationBytes: bytes(service['mem_reservation'] ?? tree(deploy['reservations'])['memory']),
    nanoCpus: cpus === undefined ? null : Number(cpus) * 1e9,
  };
}

function mountsOf(service: Tree, folder: string, named: (key: string) => string) {
  const binds: (readonly [string, string])[] = [];
  const volumes: (readonly [string, string])[] = [];
  for (const text of list(service['volumes'])) {
    const [from = '', to = ''] = text.split(':');
    if (from.startsWith('.') || isAbsolute(from)) binds.push([resolve(folder, from), to]);
    else volumes.push([named(from), to]);
  }
  return { binds, volumes };
}

function dependenciesOf(value: unknown): Service['dependsOn'] {
  if (Array.isArray(value)) {
    return value.map((service) => ({ service: String(service), healthy: false, completed: false }));
  }
  return Object.entries(tree(value)).map(([service, how]) => ({
    service,
    healthy: tree(how)['condition'] === 'service_healthy',
    completed: tree(how)['condition'] === 'service_completed_successfully',
  }));
}

interface Where {
  readonly separator: string;
  readonly name: string;
  readonly folder: string;
  readonly files: readonly string[];
}

function networksOf(service: Tree, own: string, all: ReadonlyMap<string, string>) {
  const named = Array.isArray(service['networks'])
    ? service['networks'].map(String)
    : Object.keys(tree(service['networks']));
  const wanted = named.length === 0 ? ['default'] : named;
  const entries = wanted.map((key) => [all.get(key) ?? key, [own]] as const);
  return Object.fromEntries(entries);
}

/** A command as a compose file has it: its words, or a text of them. */
function wordsOf(value: unknown): readonly string[] {
  return Array.isArray(value) ? list(value) : list(value).flatMap((word) => word.split(' '));
}

/** What networks and volumes of the file are called by the engine. */
interface Names {
  readonly networks: ReadonlyMap<string, string>;
  readonly volumes: ReadonlyMap<string, string>;
}

async function serviceOf(
  name: string,
  value: Tree,
  project: Where,
  { networks, volumes }: Names,
): Promise<Service> {
  const { folder, files } = project;
  const fromFiles = await Promise.all(
    list(value['env_file']).map((file) => readFile(resolve(folder, file), 'utf8')),
  );
  const env = { ...Object.assign({}, ...fromFiles.map(readEnv)), ...pairs(value['environment']) };
  const containerName =
    typeof value['container_name'] === 'string' ? value['container_name'] : null;
  const host = value['network_mode'] === 'host';
  const own = host ? { host: [] } : networksOf(value, name, networks);
  const compose = 'com.docker.compose';
  const image = String(value['image'] ?? `${project.name}-${name}`);
  const ports = portsOf(value);
  const entrypoint = wordsOf(value['entrypoint']);
  const listens = Number(env['PORT'] ?? Number.NaN);
  return {
    name,
    replicas: Number(value['scale'] ?? tree(value['deploy'])['replicas'] ?? 1),
    dependsOn: dependenciesOf(value['depends_on']),
    profiles: list(value['profiles']),
    builds: value['build'] !== undefined,
    entrypoint,
    portRanges: publishedIn(value).map(({ range }) => range),
    containerName,
    settings: {
      name: containerName ?? [project.name, name, 1].join(project.separator),
      project: project.name,
      service: name,
      number: 1,
      image: image.includes(':') ? image : `${image}:latest`,
      command: [...entrypoint, ...wordsOf(value['command'])],
      env,
      labels: {
        ...pairs(value['labels']),
        [`${compose}.project`]: project.name,
        [`${compose}.service`]: name,
        [`${compose}.container-number`]: '1',
        [`${compose}.oneoff`]: 'False',
        [`${compose}.project.config_files`]: files.join(','),
        [`${compose}.project.working_dir`]: folder,
        [`${compose}.version`]: '2.27.0',
      },
      networks: own,
      networkMode: host ? 'host' : (Object.keys(own)[0] ?? 'default'),
      ports:
        host && ports.length === 0 && Number.isInteger(listens)
          ? [{ containerPort: listens, hostPort: null }]
          : ports,
      restart: (value['restart'] === undefined ? 'no' : String(value['restart'])) as RestartPolicy,
      limits: limitsOf(value),
      healthCheck: healthOf(value['healthcheck']),
      stopSignal: String(value['stop_signal'] ?? 'SIGTERM'),
      ...mountsOf(value, folder, (key) => volumes.get(key) ?? key),
      more: {},
    },
  };
}

/** Replaces `${NAME}` and `${NAME:-otherwise}` of a compose file. */
function filled(text: string, env: Readonly<Record<string, string>>): string {
  return text.replace(/\$\{(\w+)(?::?-([^}]*))?\}/g, (_, name: string, otherwise = '') => {
    return env[name] ?? otherwise;
  });
}

/**
 * Reads a project's files from its folder, as they are now.
 * @throws Error in compose's words when one cannot be read
 */
export async function readProject(
  folder: string,
  { project: name, separator }: Pick<World, 'project' | 'separator'>,
  files: readonly string[] = ['docker-compose.yml'],
): Promise<Project> {
  const { parse } = await import('yaml');
  const env = readEnv(await readFile(join(folder, '.env'), 'utf8').catch(() => ''));
  const services = new Map<string, Tree>();
  const networks = new Map<string, string>([['default', `${name}_default`]]);
  const volumes = new Map<string, string>();
  for (const file of files) {
    const text = await readFile(resolve(folder, file), 'utf8');
    const root = tree(parse(filled(text, env), { merge: true, logLevel: 'error' }));
    for (const [key, value] of Object.entries(tree(root['services']))) {
      services.set(key, { ...services.get(key), ...tree(value) });
    }
    for (const [key, value] of Object.entries(tree(root['networks']))) {
      networks.set(key, String(tree(value)['name'] ?? `${name}_${key}`));
    }
    for (const [key, value] of Object.entries(tree(root['volumes']))) {
      volumes.set(key, String(tree(value)['name'] ?? `${name}_${key}`));
    }
  }
  const where = { name, folder, separator, files: files.map((file) => resolve(folder, file)) };
  const made = await Promise.all(
    [...services].map(([key, value]) => serviceOf(key, value, where, { networks, volumes })),
  );
  const used = new Set(made.flatMap(({ settings }) => Object.keys(settings.networks)));
  used.delete('host');
  return { ...where, services: made, networks: [...used] };
}
