import { eventually } from '../harness/eventually.ts';
import {
  crashByConfiguration,
  crashByDependency,
  crashByPort,
  setWorkerEnv,
} from './configuration-faults.ts';
import { fillDatabase } from './database-disk.ts';
import { type Engine, startEngine, stopEngine } from './engine.ts';
import { imageName } from './image.ts';
import {
  type Crowd,
  type CrowdOptions,
  crowdPostgres,
  holdUpRequestLogs,
  lockRequestLogs,
} from './pool-faults.ts';
import { type Pile, type PileOptions, pileUp } from './postgres-faults.ts';
import { isAlive, signal } from './processes.ts';
import {
  type FillResult,
  fillRedis,
  loadRedis,
  overfillRedis,
  type RedisLoad,
} from './redis-faults.ts';
import { deployBad } from './release-faults.ts';
import type { Stack } from './stack.ts';
import { oomWorker, recreateWorker } from './worker-faults.ts';

/** The ways to break a stack, each on the real thing. A fault returns when it has taken effect. */
export interface Faults {
  /** SIGKILL through the API: it stays dead, for to the engine a user stopped it. */
  killRedis(): Promise<void>;
  startRedis(): Promise<void>;
  /** A new container under the same name, as after `up --force-recreate`. */
  recreateRedis(): Promise<void>;
  /** Writes keys until `bytes` are written or Redis refuses them. */
  fillRedis(options: { bytes: number }): Promise<FillResult>;
  /**
   * The kernel kills Redis at the memory limit of its container (`redisMemoryLimit` must be set).
   * With `redisRestart: 'no'` it stays dead, otherwise the engine starts it again.
   */
  oomRedis(): Promise<void>;
  /** Keeps Redis busy with slow commands of many clients until `stop()`. */
  loadRedis(options?: { clients?: number }): Promise<RedisLoad>;
  /** The container is cut off from the workers' network, but runs. */
  disconnectRedis(): Promise<void>;
  reconnectRedis(): Promise<void>;
  /** Freezes a container: connections stay open, nothing answers. */
  pauseContainer(service: string): Promise<void>;
  unpauseContainer(service: string): Promise<void>;
  hangWorker(number: 1 | 2 | 3): Promise<{ resume(): Promise<void> }>;
  /** The kernel kills a worker at the memory limit of its container; the engine starts it again. */
  oomWorker(number: 1 | 2 | 3): Promise<void>;
  /** The worker as the compose file has it, without a limit. */
  recreateWorker(number: 1 | 2 | 3): Promise<void>;
  /** A transaction holds a row, and sessions wait for it, until `rollback()`. */
  pilePostgres(options: PileOptions): Promise<Pile>;
  /** Takes the server's connections with queries that do not end. */
  crowdPostgres(options?: CrowdOptions): Promise<Crowd>;
  /** Holds the table of request logs, so that every insert waits. */
  lockRequestLogs(): Promise<{ release(): Promise<void> }>;
  /** A slow query holds the request logs again and again: inserts wait, and are written in time. */
  holdUpRequestLogs(): Promise<{ release(): Promise<void> }>;
  /** Files of others and months of requests fill the disk of the request logs; gives the rows. */
  fillDatabase(): Promise<number>;
  /** SIGKILL, as `killRedis`. */
  killPostgres(): Promise<void>;
  /** A release of the workers that answers a share of its requests with 500. */
  deployBad(options?: { share?: number }): Promise<void>;
  /** Changes the workers' `.env` and makes them anew. */
  setWorkerEnv(values: Readonly<Record<string, string>>): Promise<void>;
  /** A value that the workers' settings refuse. */
  crashByConfiguration(): Promise<void>;
  /** A dependency is down, and the workers do not start without it. */
  crashByDependency(): Promise<void>;
  /** Another container holds the port of worker-3. */
  crashByPort(): Promise<void>;
  /** SIGKILL to dockerd. Containers go on, and answer, without an engine. */
  killEngine(): Promise<void>;
  /** Orderly end of dockerd. Containers go on here too: the engine has `live-restore`. */
  stopEngine(): Promise<void>;
  /** Starts dockerd on the same folder; it finds its containers where they were. */
  startEngine(): Promise<void>;
  /** SIGSTOP to dockerd: its socket accepts, nothing answers. */
  hangEngine(): Promise<{ resume(): Promise<void> }>;
}

type Base = Omit<Stack, 'faults'>;

function containerFaults(stack: Base) {
  const network = 'falcon-network';
  const pauseContainer = async (service: string) => {
    await stack.docker(['pause', `falcon-${service}`]);
  };
  const unpauseContainer = async (service: string) => {
    await stack.docker(['unpause', `falcon-${service}`]);
  };
  const kill = async (name: string) => {
    await stack.docker(['kill', name]);
    await stack.docker(['wait', name]);
  };
  return {
    pauseContainer,
    unpauseContainer,
    killRedis: () => kill('falcon-redis'),
    killPostgres: () => kill('falcon-postgres'),
    async startRedis() {
      await stack.docker(['start', 'falcon-redis']);
      await redisAnswers(stack);
    },
    async recreateRedis() {
      await stack.compose(['up', '--detach', '--no-deps', '--force-recreate', 'redis']);
      await redisAnswers(stack);
    },
    async disconnectRedis() {
      await stack.docker(['network', 'disconnect', network, 'falcon-redis']);
    },
    async reconnectRedis() {
      await stack.docker(['network', 'connect', '--alias', 'redis', network, 'falcon-redis']);
    },
    async hangWorker(number: 1 | 2 | 3) {
      await pauseContainer(`worker-${number}`);
      return { resume: () => unpauseContainer(`worker-${number}`) };
    },
  };
}

function engineFaults(engine: Engine) {
  return {
    async killEngine() {
      const pid = await engine.pid();
      signal(pid, 'SIGKILL');
      await eventually(() => !isAlive(pid), { what: 'dockerd to be gone' });
    },
    stopEngine: () => stopEngine(engine.dir),
    async startEngine() {
      await startEngine(engine.dir, true);
    },
    async hangEngine() {
      const pid = await engine.pid();
      signal(pid, 'SIGSTOP');
      return {
        async resume() {
          signal(pid, 'SIGCONT');
        },
      };
    },
  };
}

async function redisAnswers(stack: Base): Promise<void> {
  await eventually(
    async () => {
      const { stdout } = await stack.docker(['exec', 'falcon-redis', 'redis-cli', 'ping']);
      return stdout.trim() === 'PONG';
    },
    { what: 'redis to answer PING' },
  );
}

/** The faults of a stack. */
export function faultsOf(stack: Base, engine: Engine): Faults {
  return {
    ...containerFaults(stack),
    ...engineFaults(engine),
    oomWorker: (number) => oomWorker(stack, number),
    recreateWorker: (number) => recreateWorker(stack, number),
    pilePostgres: (options) => pileUp(stack.postgresUrl, options),
    fillRedis: ({ bytes }) => fillRedis(stack.redisUrl, bytes),
    async oomRedis() {
      if (stack.env.redisMemoryLimit === null) {
        throw new Error('oomRedis needs a stack with redisMemoryLimit, or it would fill the host');
      }
      await overfillRedis(stack.redisUrl);
    },
    crowdPostgres: (options) => crowdPostgres(stack.postgresUrl, options),
    lockRequestLogs: () => lockRequestLogs(stack.postgresUrl),
    holdUpRequestLogs: () => holdUpRequestLogs(stack.postgresUrl),
    fillDatabase: () => fillDatabase(stack),
    deployBad: ({ share = 0.5 } = {}) => deployBad(stack, share),
    setWorkerEnv: (values) => setWorkerEnv(stack, values),
    crashByConfiguration: () => crashByConfiguration(stack),
    crashByDependency: () => crashByDependency(stack),
    crashByPort: () => crashByPort(stack, imageName),
    loadRedis: ({ clients = 10 } = {}) => loadRedis(stack.redisUrl, clients),
  };
}
