import { rmSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { Agent } from 'node:http';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Duplex, Readable, Writable } from 'node:stream';
import { OperatorError } from '../../domain/operator-error.ts';
import type { DockerEndpoint } from './host.ts';
import { sshFailure } from './ssh-failure.ts';
import { type Dialled, SshSession } from './ssh-session.ts';

type SshEndpoint = Extract<DockerEndpoint, { kind: 'ssh' }>;

export interface SshOptions {
  readonly endpoint: SshEndpoint;
  readonly connectTimeoutMs: number;
  /** Instead of `~/.ssh/config`. */
  readonly configFile: string | null;
}

/** Sessions an SSH server allows in one connection are ten, unless it was told otherwise. */
const SESSIONS_MAX = 8;
const CONNECTIONS_MAX = 3;
const FREE_SOCKETS_MAX = 4;
const DEFAULT_SOCKET = '/var/run/docker.sock';
/** What the program may say on stderr before it counts as gone wild. */
const STDERR_MAX = 64 * 1024;
const PING = 'GET /_ping HTTP/1.1\r\nHost: docker\r\n\r\n';

/** Never asks anything: the terminal belongs to the screen. */
const QUIET = [
  ...['BatchMode=yes', 'RequestTTY=no', 'RemoteCommand=none', 'ExitOnForwardFailure=no'],
  ...['ForwardAgent=no', 'ForwardX11=no', 'PermitLocalCommand=no', 'LogLevel=ERROR'],
  ...['ServerAliveInterval=10', 'ServerAliveCountMax=3', 'ControlPersist=no'],
];

/** Where the sockets of one connection stand on this host. */
interface Places {
  readonly control: string;
  readonly forwarded: string;
}

/** The arguments of `ssh`, after which nothing of the endpoint can be taken for an option. */
function argumentsFor(options: SshOptions, places: Places, master: boolean): readonly string[] {
  const { endpoint, configFile, connectTimeoutMs } = options;
  const { control, forwarded } = places;
  const seconds = Math.max(1, Math.ceil(connectTimeoutMs / 1000));
  const settings = [
    ...QUIET,
    `ConnectTimeout=${seconds}`,
    `ControlPath=${control}`,
    `ControlMaster=${master ? 'yes' : 'no'}`,
  ];
  const at = endpoint.socketPath === null ? [] : ['-H', `unix://${endpoint.socketPath}`];
  return [
    ...(configFile === null ? [] : ['-F', configFile]),
    ...settings.flatMap((setting) => ['-o', setting]),
    ...(master ? ['-L', `${forwarded}:${endpoint.socketPath ?? DEFAULT_SOCKET}`] : []),
    ...(endpoint.user === null ? [] : ['-l', endpoint.user]),
    ...(endpoint.port === null ? [] : ['-p', String(endpoint.port)]),
    ...['--', endpoint.host, 'docker', ...at, 'system', 'dial-stdio'],
  ];
}

type Execa = typeof import('execa')['execa'];

function start(execa: Execa, options: SshOptions, places: Places, master: boolean) {
  return execa('ssh', argumentsFor(options, places, master), {
    encoding: 'buffer',
    buffer: { stdout: false, stderr: true },
    maxBuffer: { stderr: STDERR_MAX },
    reject: false,
  });
}

/** An `ssh` that runs `docker system dial-stdio` at its far end. */
type SshProcess = ReturnType<typeof start>;

/** A session that has answered the engine's ping, and holds the connection that all share. */
interface Holder {
  readonly execa: Execa;
  readonly places: Places;
  /** The far end forwards to the engine's socket: no further session is needed. */
  readonly forwards: boolean;
  readonly alive: () => boolean;
  end(): void;
}

/** A connection with the sessions in it, those on their way included. */
interface Connection {
  readonly holding: Promise<Holder>;
  sessions: number;
}

/** What the other end says first to a ping; null when it ends without a word. */
function firstWords(input: Writable, output: Readable): Promise<string | null> {
  input.on('error', () => undefined);
  output.on('error', () => undefined);
  const first = new Promise<string | null>((resolve) => {
    output.once('data', (bytes: Buffer) => resolve(bytes.toString('latin1')));
    output.once('close', () => resolve(null));
  });
  input.write(PING);
  return first;
}

/** Waits for the engine's answer to a ping over the new connection. */
async function answered(process: SshProcess, { endpoint }: SshOptions): Promise<void> {
  const answer = await firstWords(process.stdin, process.stdout);
  process.stdout.resume();
  if (answer?.startsWith('HTTP/')) return;
  if (answer === null) throw sshFailure(await process, endpoint);
  throw new OperatorError(
    'garbage',
    `Something else than the engine speaks over SSH at ${endpoint.host}`,
    "remove what that account's shell prints when it starts (.bashrc, .profile)",
  );
}

/** True where the server lets the engine's socket be forwarded. */
async function forwards({ forwarded }: Places): Promise<boolean> {
  const socket = connect(forwarded);
  const answer = await firstWords(socket, socket);
  socket.destroy();
  return answer?.startsWith('HTTP/') ?? false;
}

async function hold(options: SshOptions): Promise<Holder> {
  // Loaded when first needed: few engines are reached over SSH.
  const { execa } = await import('execa');
  const folder = await mkdtemp(join(tmpdir(), 'oc-'));
  const places = { control: join(folder, 'c'), forwarded: join(folder, 'd') };
  let alive = true;
  const process = start(execa, options, places, true);
  void process.finally(() => {
    alive = false;
    return rm(folder, { recursive: true, force: true });
  });
  const end = () => {
    alive = false;
    process.kill();
    // Now: this program may be about to end.
    rmSync(folder, { recursive: true, force: true });
  };
  try {
    await answered(process, options);
    return { execa, places, forwards: await forwards(places), alive: () => alive, end };
  } catch (thrown) {
    end();
    throw thrown;
  }
}

function forwardedSocket({ places }: Holder, endpoint: SshEndpoint): Dialled {
  const socket = connect(places.forwarded);
  const ended = new Promise<Error>((resolve) => {
    socket.once('close', () => resolve(sshFailure({}, endpoint)));
  });
  return { input: socket, output: socket, ended, end: () => socket.destroy() };
}

function session({ execa, places }: Holder, options: SshOptions): Dialled {
  const process = start(execa, options, places, false);
  return {
    input: process.stdin,
    output: process.stdout,
    ended: process.then((result) => sshFailure(result, options.endpoint)),
    end: () => void process.kill(),
  };
}

/**
 * Reaches an engine through the system's own `ssh`, with its configuration, agent and known hosts, as
 * `docker` itself does. One connection carries all sockets, forwarded to the engine's; where the
 * server forwards none, each is a session of its own in as few connections as a server allows.
 */
export class SshAgent extends Agent {
  readonly #options: SshOptions;
  #connections: Connection[] = [];
  #closed = false;

  constructor(options: SshOptions) {
    super({
      keepAlive: true,
      maxSockets: SESSIONS_MAX * CONNECTIONS_MAX,
      maxFreeSockets: FREE_SOCKETS_MAX,
    });
    this.#options = options;
  }

  override createConnection(): Duplex {
    return new SshSession(() => this.#dial());
  }

  override destroy(): void {
    this.#closed = true;
    super.destroy();
    for (const { holding } of this.#connections) {
      holding.then(
        (holder) => holder.end(),
        () => undefined,
      );
    }
  }

  /** A connection with room, made if there is none; one that has ended is forgotten. */
  async #hold(): Promise<readonly [Connection, Holder]> {
    const free = this.#connections.find(({ sessions }) => sessions < SESSIONS_MAX);
    const connection = free ?? { holding: hold(this.#options), sessions: 0 };
    if (free === undefined) this.#connections.push(connection);
    const forget = () => {
      this.#connections = this.#connections.filter((other) => other !== connection);
    };
    try {
      const holder = await connection.holding;
      if (holder.alive()) return [connection, holder];
    } catch (thrown) {
      forget();
      throw thrown;
    }
    forget();
    // A connection that has just been made and is gone again is told by the next call.
    if (free === undefined) throw sshFailure({}, this.#options.endpoint);
    return this.#hold();
  }

  async #dial(): Promise<Dialled> {
    const [connection, holder] = await this.#hold();
    if (this.#closed) holder.end();
    if (holder.forwards) return forwardedSocket(holder, this.#options.endpoint);
    connection.sessions += 1;
    const dialled = session(holder, this.#options);
    void dialled.ended.then(() => {
      connection.sessions -= 1;
    });
    return dialled;
  }
}
