import { createHost } from '../../../src/simulator/host/host.ts';
import { publishPorts } from '../../../src/simulator/host/published.ts';
import { speakRedis } from '../../../src/simulator/redis/server.ts';
import { begin } from '../../../src/simulator/world/begin.ts';
import type { Change } from '../../../src/simulator/world/change.ts';
import type { ContainerSettings } from '../../../src/simulator/world/container.ts';
import type { SystemDescription } from '../../../src/simulator/world/system.ts';
import { freePort } from '../../harness/free-port.ts';
import type { RedisServer } from './server.ts';

const NAME = 'redis';
const PORT = 6379;

/** A world of one Redis, which nobody but the test asks. */
const system: SystemDescription = {
  name: 'alone',
  project: 'alone',
  files: {},
  images: [
    {
      refs: ['redis:latest'],
      program: 'redis',
      ageMs: 0,
      sizeBytes: 0,
      labels: {},
      env: {},
      command: [],
      release: { errorShare: 0, inferenceMs: 0 },
    },
  ],
  load: {
    perSecond: 0,
    repeatedShare: 0,
    texts: 0,
    mostInFlight: 0,
    patienceMs: 0,
    service: 'nginx',
    port: 80,
  },
  upMs: 0,
};

function settings(args: readonly string[]): ContainerSettings {
  return {
    name: NAME,
    project: 'alone',
    service: NAME,
    number: 1,
    image: 'redis:latest',
    command: ['redis-server', ...args],
    env: {},
    labels: {},
    networks: { net: [NAME] },
    networkMode: 'net',
    ports: [{ containerPort: PORT, hostPort: null }],
    restart: 'no',
    limits: { memoryBytes: null, memorySwapBytes: null, reservationBytes: null, nanoCpus: null },
    healthCheck: null,
    stopSignal: 'SIGTERM',
    binds: [],
    volumes: [],
    more: {},
  };
}

/** The simulated Redis in the place of a real one; it is not started yet. */
export async function simulatedRedis(): Promise<RedisServer> {
  const port = await freePort();
  const host = createHost({ world: begin(system, 1, Date.now()) });
  const speak = speakRedis(host);
  const speakers = (kind: string) => (kind === 'redis' ? speak : undefined);
  const published = publishPorts(host, speakers, new Map([[`${NAME}:${PORT}`, port]]));
  const never = new AbortController().signal;
  const only = () => [...host.world().containers.values()][0];
  const change = (wanted: Change) => {
    const { refused } = host.change(wanted);
    if (refused !== null) throw new Error(refused.message);
  };
  const impossible = async () => {
    throw new Error('the simulated Redis cannot do that');
  };
  const server: RedisServer = {
    host: '127.0.0.1',
    port,
    async start(...args) {
      const former = only();
      if (former !== undefined) change({ kind: 'remove', container: former.id, force: true });
      change({ kind: 'create', settings: settings(args) });
      change({ kind: 'start', container: NAME });
      await host.until(({ now }) => (only()?.process?.readyAt ?? now + 1) <= now, never);
      await published.settled();
    },
    startLoading: impossible,
    block: impossible,
    signal: (name) => change({ kind: name === 'SIGSTOP' ? 'pause' : 'unpause', container: NAME }),
    async kill() {
      if (only()?.process == null) return;
      change({ kind: 'kill', container: NAME, byHand: true });
      await published.settled();
    },
    async remove() {
      await published.close();
      host.close();
    },
  };
  return server;
}
