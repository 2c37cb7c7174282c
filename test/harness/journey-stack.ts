import { existsSync } from 'node:fs';
import { Redis } from 'ioredis';
import { PORT_HOLDER } from '../stack/configuration-faults.ts';
import { goodRelease, tagRelease } from '../stack/release-faults.ts';
import type { Stack } from '../stack/stack.ts';
import { eventually } from './eventually.ts';

const workers = ['worker-1', 'worker-2', 'worker-3'] as const;

/** When and how often the container of Redis was started, from the engine itself. */
export interface RedisContainer {
  readonly id: string;
  readonly startedAt: string;
  readonly running: boolean;
}

export async function redisContainer(stack: Stack): Promise<RedisContainer> {
  const format = '{{.Id}} {{.State.StartedAt}} {{.State.Running}}';
  const { stdout } = await stack.docker(['inspect', '--format', format, 'falcon-redis']);
  const [id = '', startedAt = '', running = ''] = stdout.trim().split(' ');
  return { id, startedAt, running: running === 'true' };
}

/** How often the engine told that it started the container of Redis since a moment, epoch ms. */
export async function redisStarts(stack: Stack, sinceMs: number): Promise<number> {
  const { stdout } = await stack.docker([
    'events',
    ...['--filter', 'container=falcon-redis', '--filter', 'event=start'],
    ...['--since', String(sinceMs / 1000), '--until', String(Date.now() / 1000)],
    ...['--format', '{{.ID}}'],
  ]);
  return stdout.split('\n').filter((line) => line !== '').length;
}

/** Runs one command on the stack's Redis. */
export async function redis(stack: Stack, command: string, ...args: string[]): Promise<unknown> {
  const client = new Redis(stack.redisUrl, {
    lazyConnect: true,
    protocol: 2,
    disableClientInfo: true,
    connectTimeout: 2000,
    retryStrategy: () => null,
  });
  client.on('error', () => undefined);
  try {
    await client.connect();
    return await client.call(command, ...args);
  } finally {
    client.disconnect();
  }
}

async function breakerClosed(stack: Stack, worker: string): Promise<boolean> {
  const url = `${await stack.containerUrl(worker, 8000)}/metrics`;
  const text = await (await fetch(url, { signal: AbortSignal.timeout(2000) })).text();
  return [...text.matchAll(/^circuit_breaker_state\{[^}]*\} (\S+)$/gm)].every(
    ([, value]) => Number(value) === 0,
  );
}

async function wakeAll(stack: Stack): Promise<void> {
  const format = '{{.Names}}';
  const { stdout } = await stack.docker(['ps', '--filter', 'status=paused', '--format', format]);
  for (const name of stdout.split('\n').filter(Boolean)) await stack.docker(['unpause', name]);
  const running = await stack.docker(['ps', '--format', format]);
  for (const name of running.stdout.split('\n').filter(Boolean)) {
    const pid = await processOf(stack, name);
    // One that crashes again and again may have ended meanwhile.
    if (pid !== null && existsSync(`/proc/${pid}`)) process.kill(pid, 'SIGCONT');
  }
}

/** Compose starts nothing that depends on a container whose last health check is still a bad one. */
async function recovered(stack: Stack): Promise<void> {
  await eventually(
    async () => {
      const format = '{{.Names}}';
      const list = ['ps', '--filter', 'health=unhealthy', '--format', format];
      const { stdout } = await stack.docker(list);
      if (stdout.trim() !== '') throw new Error(stdout);
      return true;
    },
    { what: 'no container to be unhealthy', timeoutMs: 60_000, everyMs: 250 },
  );
}

/** A worker that crashes at its start never becomes healthy: compose makes it anew. */
async function discardBroken(stack: Stack): Promise<void> {
  for (const worker of workers) {
    const name = `falcon-${worker}`;
    const format = '{{.State.Status}} {{.RestartCount}} {{.HostConfig.NetworkMode}}';
    const options = { allowFailure: true };
    const { stdout } = await stack.docker(['inspect', '--format', format, name], options);
    const [state, restarts, network] = stdout.trim().split(' ');
    const sound = state === 'running' && restarts === '0' && network === 'falcon-network';
    if (!sound) await stack.docker(['rm', '--force', name], options);
  }
}

async function reconnect(stack: Stack): Promise<void> {
  const format = '{{json .NetworkSettings.Networks}}';
  const { stdout } = await stack.docker(['inspect', '--format', format, 'falcon-redis']);
  if (!stdout.includes('falcon-network')) await stack.faults.reconnectRedis();
}

/**
 * Puts the stack back as a test found it: everything runs and answers, Redis is empty and as it was
 * configured, every breaker is closed, load flows.
 */
export async function healthy(stack: Stack): Promise<void> {
  await stack.docker(['version']).catch(() => stack.faults.startEngine());
  await wakeAll(stack);
  await stack.docker(['rm', '--force', PORT_HOLDER], { allowFailure: true });
  await stack.restoreProject();
  await tagRelease(stack, goodRelease);
  await discardBroken(stack);
  await recovered(stack);
  await stack.compose(['up', '--detach', '--no-color']);
  await reconnect(stack);
  await eventually(() => redis(stack, 'PING'), { what: 'redis to answer', timeoutMs: 20_000 });
  await redis(stack, 'CONFIG', 'SET', 'maxmemory', stack.env.redisMaxMemory);
  await redis(stack, 'CONFIG', 'SET', 'maxmemory-policy', stack.env.redisPolicy);
  await redis(stack, 'FLUSHALL');
  await redis(stack, 'SLOWLOG', 'RESET');
  await eventually(
    async () => (await Promise.all(workers.map((w) => breakerClosed(stack, w)))).every(Boolean),
    { what: 'every breaker to close', timeoutMs: 60_000, everyMs: 250 },
  );
}

async function processOf(stack: Stack, name: string): Promise<number | null> {
  const { stdout } = await stack.docker(['inspect', '--format', '{{.State.Pid}}', name]);
  const pid = Number(stdout.trim());
  return pid > 1 ? pid : null;
}

/**
 * Freezes the process of a container itself: to the engine it runs, but it answers nothing, and takes
 * the ten seconds of the engine's patience to be restarted.
 */
export async function freeze(
  stack: Stack,
  service: string,
): Promise<{ readonly resume: () => void }> {
  const pid = await processOf(stack, `falcon-${service}`);
  if (pid === null) throw new Error(`falcon-${service} has no process`);
  process.kill(pid, 'SIGSTOP');
  return { resume: () => process.kill(pid, 'SIGCONT') };
}
