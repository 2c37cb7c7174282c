import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, open, rm } from 'node:fs/promises';
import { request } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { eventually } from '../../harness/eventually.ts';
import { unmountBelow } from '../../stack/processes.ts';
import { type RunResult, run } from '../../stack/run.ts';

/** A real dockerd without networks, on a socket of its own; containers run with `--network none`. */
export interface Daemon {
  readonly dir: string;
  readonly socketPath: string;
  readonly dockerHost: string;
  docker(...args: readonly string[]): Promise<RunResult>;
  /** Kills it at once; its containers go with it at the next start. */
  kill(): Promise<void>;
  start(): Promise<void>;
  /** Ends it and removes all that it wrote. */
  remove(): Promise<void>;
}

const PROGRAM = 'dockerd';

function answers(socketPath: string): Promise<boolean> {
  const { promise, resolve } = Promise.withResolvers<boolean>();
  const ask = request({ socketPath, path: '/_ping', timeout: 1000 }, (response) => {
    response.resume();
    resolve(response.statusCode === 200);
  });
  ask.on('timeout', () => ask.destroy(new Error('no answer in time')));
  ask.on('error', () => resolve(false));
  ask.end();
  return promise;
}

/**
 * Prepares a daemon and starts it.
 * @param more further arguments, made from its folder
 */
export async function startDaemon(
  more: (dir: string) => readonly string[] = () => [],
): Promise<Daemon> {
  const dir = await mkdtemp(join(tmpdir(), 'opsconsole-daemon-'));
  const socketPath = join(dir, 'docker.sock');
  const dockerHost = `unix://${socketPath}`;
  const args = ['--host', dockerHost, '--bridge=none', '--iptables=false', '--ip-forward=false'];
  args.push('--data-root', join(dir, 'data'), '--exec-root', join(dir, 'exec'));
  args.push('--pidfile', join(dir, 'pid'), ...more(dir));
  let child: ReturnType<typeof spawn> | null = null;

  const end = async (signal: NodeJS.Signals) => {
    if (child === null || child.exitCode !== null || child.signalCode !== null) return;
    child.kill(signal);
    await once(child, 'exit');
  };
  const daemon: Daemon = {
    dir,
    socketPath,
    dockerHost,
    docker: (...words) => run('docker', words, { env: { DOCKER_HOST: dockerHost } }),
    kill: () => end('SIGKILL'),
    async start() {
      await rm(join(dir, 'pid'), { force: true });
      const log = await open(join(dir, 'log'), 'a');
      child = spawn(PROGRAM, args, { stdio: ['ignore', log.fd, log.fd] });
      await log.close();
      const what = { what: `dockerd in ${dir} to answer`, timeoutMs: 40_000 };
      await eventually(() => answers(socketPath), what);
    },
    async remove() {
      if (await answers(socketPath)) {
        const { stdout } = await daemon.docker('ps', '--all', '--quiet');
        const ids = stdout.split('\n').filter((id) => id !== '');
        if (ids.length > 0) await daemon.docker('rm', '--force', ...ids);
      }
      await end('SIGTERM');
      await unmountBelow(dir);
      await rm(dir, { recursive: true, force: true, maxRetries: 3 });
    },
  };
  await daemon.start();
  return daemon;
}
