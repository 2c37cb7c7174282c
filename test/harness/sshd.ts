import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { readdirSync, readFileSync } from 'node:fs';
import { mkdir, mkdtemp, open, readFile, rm, writeFile } from 'node:fs/promises';
import { connect } from 'node:net';
import { tmpdir, userInfo } from 'node:os';
import { join } from 'node:path';
import { run } from '../stack/run.ts';
import { eventually } from './eventually.ts';
import { freePort } from './free-port.ts';

/** A real sshd on a free port of 127.0.0.1, with keys and a client's configuration of its own. */
export interface SshServer {
  readonly dir: string;
  /** `USER@127.0.0.1:PORT` */
  readonly where: string;
  /** The client's configuration; what it needs lies beside it. */
  readonly configFile: string;
  /** How many connections were accepted so far. */
  accepted(): Promise<number>;
  /** The client knows the host's key, or does not. */
  know(known: boolean): Promise<void>;
  start(...lines: readonly string[]): Promise<void>;
  /** Ends it with every connection to it. */
  kill(): Promise<void>;
  remove(): Promise<void>;
}

async function key(path: string): Promise<string> {
  await run('ssh-keygen', ['-q', '-t', 'ed25519', '-N', '', '-f', path]);
  return (await readFile(`${path}.pub`, 'utf8')).split(' ').slice(0, 2).join(' ');
}

function listens(port: number): Promise<boolean> {
  const { promise, resolve } = Promise.withResolvers<boolean>();
  const socket = connect(port, '127.0.0.1');
  socket.once('data', () => resolve(true));
  socket.once('error', () => resolve(false));
  socket.once('close', () => resolve(false));
  return promise.finally(() => socket.destroy());
}

/** The processes below a process, itself not counted. */
function descendants(pid: number): readonly number[] {
  const children = readdirSync('/proc').filter((entry) => {
    if (!/^\d+$/.test(entry)) return false;
    try {
      const stat = readFileSync(`/proc/${entry}/stat`, 'utf8');
      return Number(stat.slice(stat.lastIndexOf(')') + 2).split(' ')[1]) === pid;
    } catch {
      return false;
    }
  });
  return children.flatMap((child) => [Number(child), ...descendants(Number(child))]);
}

/** One that has just ended by itself needs no signal. */
function killIfThere(pid: number): void {
  try {
    process.kill(pid, 'SIGKILL');
  } catch (thrown) {
    if ((thrown as NodeJS.ErrnoException).code !== 'ESRCH') throw thrown;
  }
}

async function configure(dir: string, port: number): Promise<string> {
  await writeFile(join(dir, 'authorized'), await key(join(dir, 'user')));
  await key(join(dir, 'stranger'));
  const client = ['Host *', `IdentityFile ${dir}/user`, 'IdentitiesOnly yes'];
  client.push(`UserKnownHostsFile ${dir}/known`, 'GlobalKnownHostsFile /dev/null');
  await writeFile(join(dir, 'client'), `${client.join('\n')}\n`);
  const server = [`Port ${port}`, 'ListenAddress 127.0.0.1', `HostKey ${dir}/host`, 'UsePAM no'];
  server.push(`AuthorizedKeysFile ${dir}/authorized`, 'StrictModes no', 'PidFile none');
  server.push('PasswordAuthentication no', 'KbdInteractiveAuthentication no');
  server.push('PermitRootLogin yes', 'LogLevel VERBOSE');
  return server.join('\n');
}

/** Starts nothing yet: the server listens once it is started. */
export async function sshServer(): Promise<SshServer> {
  const dir = await mkdtemp(join(tmpdir(), 'opsconsole-ssh-'));
  const port = await freePort();
  const hostKey = await key(join(dir, 'host'));
  const settings = await configure(dir, port);
  const log = join(dir, 'log');
  let child: ChildProcess | null = null;

  const server: SshServer = {
    dir,
    where: `${userInfo().username}@127.0.0.1:${port}`,
    configFile: join(dir, 'client'),
    async accepted() {
      return (await readFile(log, 'utf8')).split('Accepted publickey').length - 1;
    },
    know: (known) => writeFile(join(dir, 'known'), known ? `[127.0.0.1]:${port} ${hostKey}\n` : ''),
    async start(...lines) {
      await writeFile(join(dir, 'server'), [settings, ...lines, ''].join('\n'));
      // Where it separates its privileges; only the package's own start makes it.
      await mkdir('/run/sshd', { recursive: true });
      const out = await open(log, 'a');
      const args = ['-D', '-e', '-f', join(dir, 'server')];
      const stdio = ['ignore', out.fd, out.fd] as const;
      child = spawn('/usr/sbin/sshd', args, { stdio: [...stdio] });
      await out.close();
      await eventually(() => listens(port), { what: `sshd at ${port} to listen`, everyMs: 20 });
    },
    async kill() {
      if (child?.pid === undefined || child.exitCode !== null || child.signalCode !== null) return;
      const gone = once(child, 'exit');
      // The servers of single connections would outlive it.
      for (const pid of [child.pid, ...descendants(child.pid)]) killIfThere(pid);
      await gone;
    },
    async remove() {
      await server.kill();
      await rm(dir, { recursive: true, force: true });
    },
  };
  await server.know(true);
  return server;
}
