import { setImmediate as breathe } from 'node:timers/promises';
import type Docker from 'dockerode';
import { OperatorError } from '../../domain/operator-error.ts';
import { timeLimit } from '../../domain/time-limit.ts';
import { aborted, answerTo, ask, askRows } from './ask.ts';
import {
  type ContainerDetail,
  decodeInspection,
  decodeList,
  type ListedContainer,
} from './decode.ts';
import { logDecoder, type RawLogLine } from './decode-log-stream.ts';
import { decodeEvent, decodeLogs, type EngineEvent } from './decode-stream.ts';
import { decodeStats, type UsageReading } from './decode-usage.ts';
import { dial, type EngineRequest } from './engine-request.ts';
import { dockerCancelled, dockerFailure } from './failure.ts';
import { type DockerTls, parseDockerHost } from './host.ts';
import { allOf, eachChunk, eachLine, parseAnswer } from './lines.ts';
import { type Query, read } from './request.ts';
import { openTransport, type Transport } from './transport.ts';

export interface DockerOptions {
  /** As `DOCKER_HOST`: `unix:///PATH`, `tcp://HOST:PORT`, `ssh://USER@HOST`. */
  readonly host: string;
  /** Certificates for `tcp`, which then speaks TLS. */
  readonly tls?: DockerTls | null;
  /** The limit of every call but `restart`, and of the begin of a stream. */
  readonly timeoutMs?: number;
  /** For `ssh://`: instead of `~/.ssh/config`. */
  readonly sshConfigFile?: string;
}

/**
 * One engine. Every call throws OperatorError in words, ends when its signal is aborted and has a
 * time limit of its own. Nothing is connected before the first call.
 */
export interface DockerClient {
  readonly host: string;
  /** Asks for a sign of life. */
  ping(signal: AbortSignal): Promise<void>;
  /** All containers, or those of a compose project; stopped ones included unless `runningOnly`. */
  list(query: ListQuery, signal: AbortSignal): Promise<readonly ListedContainer[]>;
  inspect(id: string, signal: AbortSignal): Promise<ContainerDetail>;
  stats(id: string, signal: AbortSignal): Promise<UsageReading>;
  /** The last `tail` lines of both streams, safe to show. */
  logs(id: string, tail: number, signal: AbortSignal): Promise<readonly string[]>;
  /**
   * Delivers lines of a container's log, unsanitized, as they come: what there is, then what follows.
   * Resolves when the log has ended, `untilMs` is reached or `signal` is aborted.
   */
  followLogs(
    id: string,
    query: LogQuery,
    deliver: (lines: readonly RawLogLine[]) => void,
    signal: AbortSignal,
  ): Promise<void>;
  /** Stops within `stopSeconds`, kills after, starts again; returns once it has been started. */
  restart(id: string, stopSeconds: number, signal: AbortSignal): Promise<void>;
  unpause(id: string, signal: AbortSignal): Promise<void>;
  connectNetwork(network: string, id: string, alias: string, signal: AbortSignal): Promise<void>;
  /** Follows container and network events until the stream ends; resolves when aborted. */
  events(query: EventQuery, seen: (event: EngineEvent) => void, signal: AbortSignal): Promise<void>;
  close(): void;
  /** Any other request; its answer as JSON, null where it has none. */
  send(request: EngineRequest, signal: AbortSignal): Promise<unknown>;
  /** As `send`, the answer delivered as it comes; resolves at its end, throws when it is aborted. */
  receive(
    request: EngineRequest,
    deliver: (bytes: Buffer) => void,
    signal: AbortSignal,
  ): Promise<void>;
}

interface ListQuery {
  readonly project: string | null;
  readonly runningOnly?: boolean;
}

interface EventQuery {
  /** Epoch ms; earlier events the engine still knows come first. */
  readonly sinceMs: number;
}

interface LogQuery {
  /** How many of the last lines come first; the engine counts both streams, whichever is wanted. */
  readonly tail: number;
  /** Epoch ms, inclusive; null for no bound. */
  readonly sinceMs: number | null;
  readonly untilMs: number | null;
  readonly stdout: boolean;
  readonly stderr: boolean;
  /** False: what there is, and no more. */
  readonly follow: boolean;
}

const DEFAULT_TIMEOUT_MS = 5000;
/** What a restart may take beyond the time given to stop. */
const RESTART_MARGIN_MS = 30_000;

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

/** What the library would take from the environment where it is not told. */
const UNSET = { ca: undefined, cert: undefined, key: undefined, timeout: undefined };

/**
 * Makes the library's client, through which all that changes something goes; it reads the environment,
 * whatever it is told.
 */
async function construct({ request: _, ...options }: Transport): Promise<Docker> {
  // Loaded when first needed: the library is slow to start, and nothing is changed at the start.
  const { default: Library } = await import('dockerode');
  try {
    return new Library({ ...UNSET, ...options } as Docker.DockerOptions);
  } catch (thrown) {
    throw new OperatorError(
      'failed',
      'DOCKER_HOST or DOCKER_CERT_PATH of the environment cannot be used',
      'correct them, or unset both: unset DOCKER_HOST DOCKER_CERT_PATH',
      thrown,
    );
  }
}

/** Where something of a container is read. */
function of(id: string, what: string): string {
  return `/containers/${encodeURIComponent(id)}/${what}`;
}

/** Unix seconds with nanoseconds, as the engine reads times. */
function engineTime(atMs: number): string {
  return (atMs / 1000).toFixed(9);
}

/**
 * Prepares a client for the engine at `options.host`; connects at the first call.
 * @throws OperatorError when the address is none
 */
export function connectDocker(options: DockerOptions): DockerClient {
  const endpoint = parseDockerHost(options.host, (options.tls ?? null) !== null);
  const limitMs = options.timeoutMs ?? DEFAULT_TIMEOUT_MS;
  let opening: Promise<Transport> | null = null;
  let closed = false;

  async function opened(): Promise<Transport> {
    const { sshConfigFile = null, tls = null } = options;
    const how = { tls, sshConfigFile, timeoutMs: limitMs };
    const mine = opening ?? openTransport(endpoint, how);
    opening = mine;
    try {
      const result = await mine;
      if (closed) result.agent.destroy();
      return result;
    } catch (thrown) {
      // A file that was missing may be there at the next call.
      if (opening === mine) opening = null;
      throw thrown;
    }
  }

  async function call<T>(
    signal: AbortSignal,
    run: (transport: Transport, limit: AbortSignal) => Promise<T>,
    timeoutMs = limitMs,
  ): Promise<T> {
    signal.throwIfAborted();
    const deadline = timeLimit(timeoutMs);
    try {
      const limit = AbortSignal.any([signal, deadline]);
      return await run(await opened(), limit);
    } catch (thrown) {
      if (signal.aborted) throw dockerCancelled(signal.reason, endpoint);
      throw dockerFailure(thrown, endpoint, timeoutMs, deadline.aborted);
    }
  }

  /** Changes something by the library, which forgets some calls whose connection was closed. */
  function change(
    signal: AbortSignal,
    run: (docker: Docker, abortSignal: AbortSignal) => Promise<unknown>,
    timeoutMs?: number,
  ): Promise<void> {
    const work = async (transport: Transport, limit: AbortSignal) => {
      await Promise.race([
        construct(transport).then((docker) => run(docker, limit)),
        aborted(limit),
      ]);
    };
    return call(signal, work, timeoutMs);
  }

  /** Sends any request by the library; the answer begins when its head is there. */
  async function dialled(transport: Transport, request: EngineRequest, limit: AbortSignal) {
    const { modem } = await construct(transport);
    return Promise.race([dial(modem, request, limit), aborted(limit)]);
  }

  /** Begins an answer that goes on: the time limit holds for its head only. */
  function begun(
    signal: AbortSignal,
    begin: (transport: Transport, follow: AbortSignal) => Promise<NodeJS.ReadableStream>,
  ): Promise<NodeJS.ReadableStream> {
    const opening = new AbortController();
    const follow = AbortSignal.any([signal, opening.signal]);
    return call(signal, async (transport, headSignal) => {
      const giveUp = () => opening.abort(headSignal.reason);
      headSignal.addEventListener('abort', giveUp, { once: true });
      const answer = await begin(transport, follow);
      headSignal.removeEventListener('abort', giveUp);
      return answer;
    });
  }

  const stream = (signal: AbortSignal, query: Query) =>
    begun(signal, (transport, follow) => read(transport, query, follow));

  /** Reads a stream to its end; being aborted is an end like any other. */
  async function reading(signal: AbortSignal, read: () => Promise<void>): Promise<void> {
    try {
      await read();
    } catch (thrown) {
      if (signal.aborted) return;
      throw dockerFailure(thrown, endpoint, limitMs, false);
    }
  }

  const client: DockerClient = {
    host: options.host,
    ping: (signal) =>
      call(signal, async (transport, limit) => {
        await answerTo(transport, { path: '/_ping' }, limit);
      }),
    list: ({ project, runningOnly }, signal) =>
      call(signal, async (transport, limit) => {
        const label = project === null ? [] : [`com.docker.compose.project=${project}`];
        const query = { all: runningOnly !== true, filters: { label } };
        const rows = await askRows(transport, { path: '/containers/json', options: query }, limit);
        return decodeList(rows, breathe);
      }),
    inspect: (id, signal) =>
      call(signal, async (transport, limit) =>
        decodeInspection(await ask(transport, { path: of(id, 'json') }, limit)),
      ),
    stats: (id, signal) =>
      call(signal, async (transport, limit) => {
        const query = { path: of(id, 'stats'), options: { stream: false, 'one-shot': true } };
        return decodeStats(await ask(transport, query, limit));
      }),
    logs: async (id, tail, signal) => {
      const { tty } = await client.inspect(id, signal);
      return call(signal, async (transport, limit) => {
        const query = { stdout: true, stderr: true, follow: false, tail };
        return decodeLogs(
          await answerTo(transport, { path: of(id, 'logs'), options: query }, limit),
          tty,
        );
      });
    },
    async followLogs(id, { tail, sinceMs, untilMs, stdout, stderr, follow }, deliver, signal) {
      const { tty } = await client.inspect(id, signal);
      const bounds = {
        ...(sinceMs === null ? {} : { since: engineTime(sinceMs) }),
        ...(untilMs === null ? {} : { until: engineTime(untilMs) }),
      };
      const wanted = { stdout, stderr, follow, tail, timestamps: true, ...bounds };
      const answer = await stream(signal, { path: of(id, 'logs'), options: wanted });
      const decoder = logDecoder(tty, true);
      // A log that is quiet is open all the same.
      deliver([]);
      await reading(signal, async () => {
        await eachChunk(answer, (bytes) => deliver(decoder.push(bytes)), signal);
        deliver(decoder.end());
      });
    },
    restart: (id, stopSeconds, signal) =>
      change(
        signal,
        (docker, abortSignal) => docker.getContainer(id).restart({ t: stopSeconds, abortSignal }),
        stopSeconds * 1000 + RESTART_MARGIN_MS,
      ),
    unpause: (id, signal) =>
      change(signal, (docker, abortSignal) => docker.getContainer(id).unpause({ abortSignal })),
    connectNetwork: (network, id, alias, signal) =>
      change(signal, (docker, abortSignal) => {
        const EndpointConfig = { Aliases: [alias] };
        const query = { Container: id, EndpointConfig, abortSignal };
        return docker.getNetwork(network).connect(query);
      }),
    events: async ({ sinceMs }, seen, signal) => {
      const filters = { type: ['container', 'network'], event: EVENTS };
      const query = { filters, since: sinceMs / 1000 };
      const answer = await stream(signal, { path: '/events', options: query });
      await reading(signal, () => eachLine(answer, (line) => seen(decodeEvent(line)), signal));
    },
    close() {
      closed = true;
      opening?.then(
        ({ agent }) => agent.destroy(),
        () => undefined,
      );
    },
    send: (request, signal) =>
      call(
        signal,
        async (transport, limit) =>
          parseAnswer(await allOf(await dialled(transport, request, limit), limit)),
        request.timeoutMs,
      ),
    async receive(request, deliver, signal) {
      const answer = await begun(signal, (transport, follow) =>
        dialled(transport, request, follow),
      );
      await reading(signal, () => eachChunk(answer, deliver, signal));
      if (signal.aborted) throw dockerCancelled(signal.reason, endpoint);
    },
  };
  return client;
}
