import { existsSync } from 'node:fs';
import { Redis } from 'ioredis';
import { PORT_HOLDER } from '../stack/configuration-faults.ts';
import { signal } from '../stack/processes.ts';
import { goodRelease, tagRelease, workerImage } from '../stack/release-faults.ts';
import type { Stack } from '../stack/stack.ts';
import { eventually } from './eventually.ts';
import {
  bringUp,
  containersOf,
  engineAnswers,
  imageOf,
  type StackContainer,
} from './stack-containers.ts';

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

async function breakerClosed({ address }: StackContainer): Promise<boolean> {
  const url = `http://${address}:8000/metrics`;
  const text = await (await fetch(url, { signal: AbortSignal.timeout(2000) })).text();
  return [...text.matchAll(/^circuit_breaker_state\{[^}]*\} (\S+)$/gm)].every(
    ([, value]) => Number(value) === 0,
  );
}

async function breakersClosed(stack: Stack): Promise<boolean> {
  const all = await containersOf(stack);
  const served = all.filter(({ service }) => workers.some((worker) => worker === service));
  if (served.length < workers.length) return false;
  return (await Promise.all(served.map(breakerClosed))).every(Boolean);
}

async function wakeAll(stack: Stack): Promise<void> {
  for (const { name, pid, state } of await containersOf(stack)) {
    if (state === 'paused') await stack.docker(['unpause', name]);
    // One that crashes again and again may have ended meanwhile.
    if (pid > 1 && existsSync(`/proc/${pid}`)) process.kill(pid, 'SIGCONT');
  }
}

/** Compose starts nothing that depends on a container whose last health check is still a bad one. */
async function recovered(stack: Stack): Promise<void> {
  await eventually(
    async () => {
      const all = await containersOf(stack);
      // One that has ended keeps what its last check came to: it is started anew.
      const ill = all.filter((one) => one.state === 'running' && one.health === 'unhealthy');
      if (ill.length > 0) throw new Error(ill.map(({ name }) => name).join(', '));
      return true;
    },
    { what: 'no container to be unhealthy', timeoutMs: 60_000, everyMs: 250 },
  );
}

/** What holds a port, and workers that crash at their start: compose makes those anew. */
async function discardBroken(stack: Stack): Promise<void> {
  const broken = (await containersOf(stack)).filter(({ name, state, restarts, networkMode }) => {
    if (name === PORT_HOLDER) return true;
    if (!workers.some((worker) => name === `falcon-${worker}`)) return false;
    return state !== 'running' || restarts > 0 || networkMode !== 'falcon-network';
  });
  const names = broken.map(({ name }) => name);
  if (names.length > 0) await stack.docker(['rm', '--force', ...names], { allowFailure: true });
}

/** The tag of the workers' image names the good release again. */
async function restoreRelease(stack: Stack): Promise<void> {
  const [good, now] = await Promise.all(
    [goodRelease, workerImage].map((name) => imageOf(stack, name)),
  );
  if (good !== now) await tagRelease(stack, goodRelease);
}

/** The gateway knows workers by the addresses they had when it read its settings. */
async function reloadGateway(stack: Stack): Promise<void> {
  await stack.docker(['kill', '--signal', 'HUP', 'falcon-nginx']);
}

async function reconnect(stack: Stack): Promise<void> {
  const redis = (await containersOf(stack)).find(({ name }) => name === 'falcon-redis');
  if (!redis?.networks.includes('falcon-network')) await stack.faults.reconnectRedis();
}

/** Redis is empty and as it was configured. */
async function emptyRedis(stack: Stack): Promise<void> {
  await eventually(() => redis(stack, 'PING'), { what: 'redis to answer', timeoutMs: 20_000 });
  await redis(stack, 'CONFIG', 'SET', 'maxmemory', stack.env.redisMaxMemory);
  await redis(stack, 'CONFIG', 'SET', 'maxmemory-policy', stack.env.redisPolicy);
  await redis(stack, 'FLUSHALL');
  await redis(stack, 'SLOWLOG', 'RESET');
}

/**
 * Puts the stack back as a test found it: everything runs and answers, Redis is empty and as it was
 * configured, every breaker is closed, load flows.
 */
export async function healthy(stack: Stack): Promise<void> {
  if (!(await engineAnswers(stack))) await stack.faults.startEngine();
  await wakeAll(stack);
  await stack.restoreProject();
  await restoreRelease(stack);
  await discardBroken(stack);
  await recovered(stack);
  await bringUp(stack);
  await reloadGateway(stack);
  await reconnect(stack);
  await emptyRedis(stack);
  await eventually(() => breakersClosed(stack), {
    what: 'every breaker to close',
    timeoutMs: 60_000,
    everyMs: 250,
  });
}

/**
 * Freezes the process of a container itself: to the engine it runs, but it answers nothing, and takes
 * the ten seconds of the engine's patience to be restarted, or less if it is resumed before.
 */
export async function freeze(
  stack: Stack,
  service: string,
): Promise<{ readonly resume: () => void }> {
  const frozen = (await containersOf(stack)).find(({ name }) => name === `falcon-${service}`);
  if (!frozen || frozen.pid <= 1) throw new Error(`falcon-${service} has no process`);
  process.kill(frozen.pid, 'SIGSTOP');
  return { resume: () => signal(frozen.pid, 'SIGCONT') };
}
