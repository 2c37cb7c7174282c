import { Agent } from 'node:http';
import type Docker from 'dockerode';
import {
  type ContainerDetail,
  decodeInspection,
  decodeList,
  type ListedContainer,
} from './decode.ts';
import { decodeEvent, decodeLogs, type EngineEvent } from './decode-stream.ts';
import { decodeStats, type UsageReading } from './decode-usage.ts';
import { dockerCancelled, dockerFailure } from './failure.ts';
import { type DockerEndpoint, parseDockerHost } from './host.ts';
import { eachLine } from './lines.ts';

export interface DockerOptions {
  /** As `DOCKER_HOST`: `unix:///PATH`, `tcp://HOST:PORT`, `ssh://USER@HOST`. */
  readonly host: string;
  /** The limit of every call but `restart` and `events`. */
  readonly timeoutMs?: number;
  /** The SSH agent's socket for `ssh://`. */
  readonly sshAgent?: string;
}

/**
 * One engine. Every call throws OperatorError in words, ends when its signal is aborted and has a
 * time limit of its own. Nothing is connected before the first call.
 */
export interface DockerClient {
  readonly host: string;
  /** All containers, or those of a compose project; stopped ones included unless `runningOnly`. */
  list(query: ListQuery, signal: AbortSignal): Promise<readonly ListedContainer[]>;
  inspect(id: string, signal: AbortSignal): Promise<ContainerDetail>;
  stats(id: string, signal: AbortSignal): Promise<UsageReading>;
  /** The last `tail` lines of both streams, safe to show. */
  logs(id: string, tail: number, signal: AbortSignal): Promise<readonly string[]>;
  /** Stops within `stopSeconds`, kills after, starts again; returns once it has been started. */
  restart(id: string, stopSeconds: number, signal: AbortSignal): Promise<void>;
  unpause(id: string, signal: AbortSignal): Promise<void>;
  connectNetwork(network: string, id: string, alias: string, signal: AbortSignal): Promise<void>;
  /** Follows container and network events until the stream ends; resolves when aborted. */
  events(seen: (event: EngineEvent) => void, signal: AbortSignal): Promise<void>;
  close(): void;
}

interface ListQuery {
  readonly project: string | null;
  readonly runningOnly?: boolean;
}

const DEFAULT_TIMEOUT_MS = 5000;
/** What a restart may take beyond the time given to stop. */
const RESTART_MARGIN_MS = 30_000;
const MAX_SOCKETS = 16;

/** The events after which a container or its reachability may look different. */
const EVENTS = [
  'create',
  'start',
  'die',
  'oom',
  'pause',
  'unpause',
  'destroy',
  'rename',
  'update',
].concat(['health_status', 'connect', 'disconnect']);

async function open(endpoint: DockerEndpoint, agent: Agent, sshAgent?: string): Promise<Docker> {
  // Loaded when first needed: the library is slow to start and many hosts have no engine.
  const { default: Library } = await import('dockerode');
  switch (endpoint.kind) {
    case 'unix': {
      // The empty host keeps a DOCKER_HOST of the environment from winning over the path.
      const options = { socketPath: endpoint.path, host: '', protocol: 'http', agent } as const;
      return new Library(options);
    }
    case 'tcp': {
      const { host, port } = endpoint;
      return new Library({ host, port, protocol: 'http', ...{ agent } });
    }
    case 'ssh': {
      const { host, port, user: username } = endpoint;
      const sshOptions = { port, ...(sshAgent === undefined ? {} : { agent: sshAgent }) };
      return new Library({ host, port, username, protocol: 'ssh', sshOptions });
    }
  }
}

/** Prepares a client for the engine at `options.host`; connects at the first call. */
export function connectDocker(options: DockerOptions): DockerClient {
  const endpoint = parseDockerHost(options.host);
  const limitMs = options.timeoutMs ?? DEFAULT_TIMEOUT_MS;
  const agent = new Agent({ keepAlive: true, maxSockets: MAX_SOCKETS });
  let opening: Promise<Docker> | null = null;

  async function call<T>(
    signal: AbortSignal,
    run: (docker: Docker, abortSignal: AbortSignal) => Promise<T>,
    timeoutMs = limitMs,
  ): Promise<T> {
    signal.throwIfAborted();
    const deadline = AbortSignal.timeout(timeoutMs);
    try {
      opening ??= open(endpoint, agent, options.sshAgent);
      return await run(await opening, AbortSignal.any([signal, deadline]));
    } catch (thrown) {
      if (signal.aborted) throw dockerCancelled(signal.reason, endpoint);
      throw dockerFailure(thrown, endpoint, timeoutMs, deadline.aborted);
    }
  }

  const client: DockerClient = {
    host: options.host,
    list: ({ project, runningOnly }, signal) =>
      call(signal, async (docker, abortSignal) => {
        const label = project === null ? [] : [`com.docker.compose.project=${project}`];
        const filters = { label };
        return decodeList(
          await docker.listContainers({ all: runningOnly !== true, filters, abortSignal }),
        );
      }),
    inspect: (id, signal) =>
      call(signal, async (docker, abortSignal) =>
        decodeInspection(await docker.getContainer(id).inspect({ abortSignal })),
      ),
    stats: (id, signal) =>
      call(signal, async (docker, abortSignal) => {
        const query = { stream: false, 'one-shot': true, abortSignal } as const;
        return decodeStats(await docker.getContainer(id).stats(query));
      }),
    logs: async (id, tail, signal) => {
      const { tty } = await client.inspect(id, signal);
      return call(signal, async (docker, abortSignal) => {
        const query = { stdout: true, stderr: true, follow: false, tail, abortSignal } as const;
        return decodeLogs(asBytes(await docker.getContainer(id).logs(query)), tty);
      });
    },
    restart: (id, stopSeconds, signal) =>
      call(
        signal,
        async (docker, abortSignal) => {
          await docker.getContainer(id).restart({ t: stopSeconds, abortSignal });
        },
        stopSeconds * 1000 + RESTART_MARGIN_MS,
      ),
    unpause: (id, signal) =>
      call(signal, async (docker, abortSignal) => {
        await docker.getContainer(id).unpause({ abortSignal });
      }),
    connectNetwork: (network, id, alias, signal) =>
      call(signal, async (docker, abortSignal) => {
        const EndpointConfig = { Aliases: [alias] };
        const query = { Container: id, EndpointConfig, abortSignal };
        await docker.getNetwork(network).connect(query);
      }),
    events: async (seen, signal) => {
      const opened = new AbortController();
      const follow = AbortSignal.any([signal, opened.signal]);
      const stream = await call(signal, async (docker, headerSignal) => {
        // The time limit holds for the head of the answer only: the stream itself has no end.
        const giveUp = () => opened.abort(headerSignal.reason);
        headerSignal.addEventListener('abort', giveUp, { once: true });
        const filters = {
          type: ['container', 'network'] as ('container' | 'network')[],
          event: EVENTS,
        };
        const answer = await docker.getEvents({ filters, abortSignal: follow });
        headerSignal.removeEventListener('abort', giveUp);
        return answer;
      });
      try {
        await eachLine(stream, (line) => seen(decodeEvent(line)), signal);
      } catch (thrown) {
        if (signal.aborted) return;
        throw dockerFailure(thrown, endpoint, limitMs, false);
      }
    },
    close: () => agent.destroy(),
  };
  return client;
}

/** The library parses any answer that happens to be JSON, a log line included. */
function asBytes(answer: unknown): Buffer {
  if (Buffer.isBuffer(answer)) return answer;
  return Buffer.from(typeof answer === 'string' ? answer : JSON.stringify(answer));
}
