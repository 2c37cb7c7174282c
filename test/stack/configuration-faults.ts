import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { parse, stringify } from 'yaml';
import { eventually } from '../harness/eventually.ts';
import { recreateWorkers } from './release-faults.ts';
import type { Stack } from './stack.ts';

type Base = Pick<Stack, 'docker' | 'compose' | 'projectDir'>;

/** A container that crashed this often is in a loop. */
const CRASHES = 2;
/** Port of the worker that runs on the engine's own network, which `debug-shell` holds. */
const TAKEN_PORT = 18_000;
export const PORT_HOLDER = 'debug-shell';

function withValues(text: string, values: Readonly<Record<string, string>>): string {
  const names = new Set(Object.keys(values));
  const kept = text
    .split('\n')
    .filter((line) => line !== '' && !names.has(line.split('=')[0] ?? ''));
  const added = Object.entries(values).map(([name, value]) => `${name}=${value}`);
  return `${[...kept, ...added].join('\n')}\n`;
}

/** Changes the workers' `.env`, which they read when they are made anew and not before. */
export async function setWorkerEnv(
  stack: Base,
  values: Readonly<Record<string, string>>,
): Promise<void> {
  const file = join(stack.projectDir, '.env');
  await writeFile(file, withValues(await readFile(file, 'utf8'), values));
  await recreateWorkers(stack);
}

/** Waits until the engine has started a crashed container again and again. */
async function untilLoops(stack: Base, container: string): Promise<void> {
  await eventually(
    async () => {
      const format = '{{.RestartCount}}';
      const { stdout } = await stack.docker(['inspect', '--format', format, container]);
      return Number(stdout.trim()) >= CRASHES;
    },
    { what: `${container} to crash again and again`, timeoutMs: 60_000, everyMs: 200 },
  );
}

/** A value that the workers' settings refuse: each of them crashes at its start. */
export async function crashByConfiguration(stack: Base): Promise<void> {
  await setWorkerEnv(stack, { POSTGRES_POOL_SIZE: 'twenty' });
  await untilLoops(stack, 'falcon-worker-1');
}

/** Redis is stopped, and the workers' start script goes on without nothing. */
export async function crashByDependency(stack: Base): Promise<void> {
  await stack.docker(['kill', 'falcon-redis']);
  await setWorkerEnv(stack, { REQUIRE_DEPENDENCIES: 'true' });
  await untilLoops(stack, 'falcon-worker-1');
}

/**
 * Another container holds the port of worker-3, which then runs on the engine's own network.
 *
 * @param image that has the host's programs
 */
export async function crashByPort(stack: Base, image: string): Promise<void> {
  const listen = ['busybox', 'httpd', '-f', '-p', String(TAKEN_PORT)];
  const mounts = ['--volume', '/usr:/usr:ro'];
  // The first process of a container is not ended by a signal that it does not ask for.
  const ends = ['--stop-timeout', '1'];
  const holder = ['run', '--detach', '--name', PORT_HOLDER, '--network', 'host'];
  await stack.docker([...holder, ...ends, ...mounts, image, ...listen]);
  const file = join(stack.projectDir, 'docker-compose.yml');
  const project = parse(await readFile(file, 'utf8')) as ComposeProject;
  const { networks: _, ...worker } = project.services['worker-3'] ?? {};
  project.services['worker-3'] = { ...worker, ...onHostNetwork };
  await writeFile(file, stringify(project, { version: '1.1' }));
  await stack.docker(['rm', '--force', 'falcon-worker-3']);
  await stack.compose(['up', '--detach', '--no-deps', '--no-color', 'worker-3']);
  await untilLoops(stack, 'falcon-worker-3');
}

interface ComposeProject {
  readonly services: Record<string, Readonly<Record<string, unknown>>>;
}

/** Redis and Postgres publish their ports there. */
const onHostNetwork = {
  network_mode: 'host',
  environment: [
    'WORKER_ID=worker-3',
    `PORT=${TAKEN_PORT}`,
    'REDIS_HOST=127.0.0.1',
    'POSTGRES_HOST=127.0.0.1',
  ],
  healthcheck: {
    test: [
      'CMD',
      'busybox',
      'wget',
      '-q',
      '-O',
      '/dev/null',
      `http://127.0.0.1:${TAKEN_PORT}/healthz`,
    ],
    interval: '2s',
  },
};
