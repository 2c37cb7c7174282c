import { type ChildProcess, execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { appendFile, chown, mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir, userInfo } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { promisify } from 'node:util';
import { Client, type ClientConfig } from 'pg';
import { freePort } from '../../harness/free-port.ts';

const run = promisify(execFile);
const PROGRAMS = '/usr/lib/postgresql';

/** A real PostgreSQL of the test's own, with a folder and a socket folder of its own. */
export interface PostgresServer {
  readonly host: string;
  readonly port: number;
  readonly socketFolder: string;
  readonly dataFolder: string;
  /** What it has logged since its last start. */
  readonly log: readonly string[];
  /** Starts it, with further settings `name=value`; resolves when it accepts connections. */
  start(...settings: readonly string[]): Promise<void>;
  /** Starts it without waiting for it to accept connections. */
  launch(...settings: readonly string[]): void;
  /** Sends a signal to the postmaster and all its processes. */
  signalAll(name: NodeJS.Signals): Promise<void>;
  /** Sends a signal to the postmaster alone. */
  signal(name: NodeJS.Signals): void;
  /** Lets the process of a session crash. */
  crash(pid: number): void;
  /** Ends it at once, hung or not; resolves when it is gone. */
  kill(): Promise<void>;
  remove(): Promise<void>;
  /** Opens a client of its own, as superuser unless told; it ends with the server. */
  client(config?: ClientConfig): Promise<Client>;
  /** Runs statements as superuser on a connection of their own. */
  sql(text: string): Promise<void>;
  /** Adds a line to its configuration file, which holds after a reload. */
  configure(name: string, value: string): Promise<void>;
  /** An empty standby of this one, streaming once it is started. */
  standby(): Promise<PostgresServer>;
}

/** PostgreSQL refuses to run as root. */
async function owner(): Promise<{ uid?: number; gid?: number }> {
  if (userInfo().uid !== 0) return {};
  const { stdout } = await run('id', ['-u', 'postgres']);
  const { stdout: group } = await run('id', ['-g', 'postgres']);
  return { uid: Number(stdout), gid: Number(group) };
}

/** The programs of the newest version here, or of the one whose folder the variable names. */
async function programs(): Promise<string> {
  const named = process.env['OPSCONSOLE_TEST_POSTGRES'];
  if (named !== undefined) return named;
  const newest = (await readdir(PROGRAMS)).map(Number).filter(Number.isFinite).sort().at(-1);
  if (newest === undefined) throw new Error(`no PostgreSQL in ${PROGRAMS}`);
  return join(PROGRAMS, String(newest), 'bin');
}

async function childrenOf(pid: number): Promise<number[]> {
  const text = await readFile(`/proc/${pid}/task/${pid}/children`, 'utf8').catch(() => '');
  return text.split(' ').map(Number).filter(Boolean);
}

const quiet = ['fsync=off', 'wal_level=replica', 'max_wal_senders=5', 'log_min_messages=warning'];

function serverIn(folder: string, bin: string, as: { uid?: number; gid?: number }, port: number) {
  const dataFolder = join(folder, 'data');
  let child: ChildProcess | null = null;
  const log: string[] = [];
  const clients: Client[] = [];
  const standbys: PostgresServer[] = [];

  function launch(settings: readonly string[]): ChildProcess {
    const own = [`port=${port}`, `unix_socket_directories=${folder}`, 'listen_addresses=127.0.0.1'];
    const words = [...own, ...quiet, ...settings].flatMap((setting) => ['-c', setting]);
    child = spawn(join(bin, 'postgres'), ['-D', dataFolder, ...words], {
      ...as,
      cwd: folder,
      stdio: ['ignore', 'ignore', 'pipe'],
      env: { LC_ALL: 'C' },
    });
    return child;
  }

  const server: PostgresServer = {
    host: '127.0.0.1',
    port,
    socketFolder: folder,
    dataFolder,
    log,
    async start(...settings) {
      const started = launch([...settings, 'log_min_messages=log']);
      const lines = createInterface({ input: started.stderr ?? process.stdin });
      const { promise, resolve, reject } = Promise.withResolvers<void>();
      log.length = 0;
      lines.on('line', (line) => {
        log.push(line);
        if (/ready to accept (?:read.only )?connections/.test(line)) resolve();
      });
      lines.on('close', () => {
        reject(new Error(`postgres ended at its start: ${log.slice(-5).join('\n')}`));
      });
      await promise;
    },
    launch(...settings) {
      launch(settings).stderr?.resume();
    },
    signal: (name) => void child?.kill(name),
    crash: (pid) => void process.kill(pid, 'SIGKILL'),
    async signalAll(name) {
      const pid = child?.pid;
      if (pid === undefined) return;
      for (const one of [pid, ...(await childrenOf(pid))]) {
        try {
          process.kill(one, name);
        } catch {
          // It has ended by itself.
        }
      }
    },
    async kill() {
      if (child === null || child.exitCode !== null || child.signalCode !== null) return;
      const gone = once(child, 'exit');
      // Hung processes would take no signal; an immediate shutdown leaves no shared memory behind.
      await server.signalAll('SIGCONT');
      child.kill('SIGQUIT');
      await gone;
      child = null;
    },
    async remove() {
      for (const standby of standbys) await standby.remove();
      for (const client of clients) client.removeAllListeners('end');
      await server.kill();
      await rm(folder, { recursive: true, force: true });
    },
    async client(config = {}) {
      const client = new Client({
        host: folder,
        port,
        user: 'admin',
        database: 'postgres',
        ...config,
      });
      // They die with the server.
      client.on('error', () => {});
      await client.connect();
      clients.push(client);
      return client;
    },
    async sql(text) {
      const client = await server.client();
      await client.query(text);
      await client.end();
    },
    configure: (name, value) =>
      appendFile(join(dataFolder, 'postgresql.conf'), `\n${name} = ${value}\n`),
    async standby() {
      const { folder: own, as: user } = await newFolder();
      const standby = serverIn(own, bin, user, await freePort());
      const from = ['-h', folder, '-p', String(port), '-U', 'admin'];
      const how = ['-D', standby.dataFolder, '-R', '--checkpoint=fast', '--no-sync'];
      await run(join(bin, 'pg_basebackup'), [...from, ...how], { ...user, cwd: own });
      standbys.push(standby);
      return standby;
    },
  };
  return server;
}

async function newFolder() {
  const as = await owner();
  const folder = await mkdtemp(join(tmpdir(), 'opsconsole-postgres-'));
  if (as.uid !== undefined && as.gid !== undefined) await chown(folder, as.uid, as.gid);
  return { folder, as };
}

/**
 * Makes a cluster on a free port of 127.0.0.1 and starts nothing. Its socket asks for no password, as
 * user `admin`; over TCP every user needs one.
 */
export async function postgresServer(): Promise<PostgresServer> {
  const bin = await programs();
  const { folder, as } = await newFolder();
  const how = ['--auth-local=trust', '--auth-host=scram-sha-256', '-U', 'admin'];
  const plain = ['--no-locale', '--encoding=UTF8', '--no-sync'];
  await run(join(bin, 'initdb'), ['-D', join(folder, 'data'), ...how, ...plain], {
    ...as,
    cwd: folder,
  });
  return serverIn(folder, bin, as, await freePort());
}
