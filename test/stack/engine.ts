import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { mkdir, open, readFile, rm } from 'node:fs/promises';
import { request } from 'node:http';
import { join } from 'node:path';
import { eventually } from '../harness/eventually.ts';
import { ensureNetwork, openForwarding, removeNetwork, type StackNetwork } from './network.ts';
import {
  commandOf,
  containerIds,
  isAlive,
  killOwnProcesses,
  removeCgroups,
  signal,
  unmountBelow,
} from './processes.ts';
import { run } from './run.ts';

/** Where the parts of an engine stand, below its state folder. */
function enginePaths(dir: string) {
  return {
    dir,
    data: join(dir, 'data'),
    exec: join(dir, 'exec'),
    pid: join(dir, 'docker.pid'),
    socket: join(dir, 'docker.sock'),
    log: join(dir, 'engine.log'),
  };
}

/** A private Docker engine. */
export interface Engine {
  dir: string;
  socketPath: string;
  dockerHost: string;
  network: StackNetwork;
  /** Process id of dockerd. */
  pid(): Promise<number>;
}

/** True when an engine answers at this socket within `timeoutMs`. */
function answers(socketPath: string, timeoutMs = 1000): Promise<boolean> {
  const { promise, resolve } = Promise.withResolvers<boolean>();
  const ask = request({ socketPath, path: '/_ping', timeout: timeoutMs }, (response) => {
    response.resume();
    resolve(response.statusCode === 200);
  });
  ask.on('timeout', () => ask.destroy(new Error('no answer in time')));
  ask.on('error', () => resolve(false));
  ask.end();
  return promise;
}

async function pidOf(pidFile: string): Promise<number> {
  const pid = Number((await readFile(pidFile, 'utf8')).trim());
  if (!Number.isInteger(pid) || pid <= 1) throw new Error(`${pidFile} holds no process id`);
  return pid;
}

/** The handle of an engine that was started in a folder. */
export function engineOf(dir: string, network: StackNetwork): Engine {
  const { socket, pid } = enginePaths(dir);
  const dockerHost = `unix://${socket}`;
  return { dir, socketPath: socket, dockerHost, network, pid: () => pidOf(pid) };
}

async function tailOf(path: string): Promise<string> {
  const text = await readFile(path, 'utf8').catch(() => '');
  return text.split('\n').slice(-12).join('\n');
}

/**
 * Ends what a killed engine of this folder left: shims, proxies, containers, mounts, cgroups,
 * socket and pid file. Images, volumes and containers' records stay, so a start finds them.
 */
async function sweep(dir: string, network: StackNetwork): Promise<void> {
  const paths = enginePaths(dir);
  const ids = containerIds(paths.data);
  await killOwnProcesses(paths.data, network);
  await unmountBelow(dir);
  removeCgroups(ids);
  await rm(paths.pid, { force: true });
  await rm(paths.socket, { force: true });
  await rm(paths.exec, { recursive: true, force: true });
}

/**
 * Starts dockerd and returns when it answers.
 *
 * @param dir state folder; everything the engine writes is below it
 * @param keepContainers after a crash: leave its containers' processes for dockerd to find
 * @throws Error when an engine of this folder already answers, or with the end of its log
 */
export async function startEngine(dir: string, keepContainers = false): Promise<Engine> {
  const paths = enginePaths(dir);
  if (await answers(paths.socket)) {
    throw new Error(
      `an engine already runs in ${dir}: use it, or end it with "npm run stack:down"`,
    );
  }
  await mkdir(dir, { recursive: true });
  const network = await ensureNetwork(dir);
  if (keepContainers) await settleCrash(dir);
  else await sweep(dir, network);
  await launch(dir, network);
  await openForwarding(network);
  return engineOf(dir, network);
}

/**
 * After dockerd was killed its containerd, which dies with it, may still be on its way: a new
 * dockerd that meets it so takes it for a running one and waits in vain.
 */
async function settleCrash(dir: string): Promise<void> {
  const paths = enginePaths(dir);
  await rm(paths.pid, { force: true });
  const file = join(paths.exec, 'containerd/containerd.pid');
  const pid = existsSync(file) ? await pidOf(file) : null;
  if (pid !== null && commandOf(pid).includes(paths.exec)) {
    const what = { what: 'containerd to end with its dockerd', timeoutMs: 5000, everyMs: 20 };
    await eventually(() => !isAlive(pid), what).catch(() => signal(pid, 'SIGKILL'));
  }
  await rm(file, { force: true });
}

async function launch(dir: string, network: StackNetwork): Promise<void> {
  const paths = enginePaths(dir);
  const log = await open(paths.log, 'a');
  const args = [`--net=${network.path}`, 'dockerd', '--host', `unix://${paths.socket}`];
  args.push('--data-root', paths.data, '--exec-root', paths.exec, '--pidfile', paths.pid);
  args.push('--bip', network.bridge, '--default-address-pool', network.pool);
  // Without it this version of Docker, started after a crash, ends the containers it finds.
  args.push('--live-restore');
  const engine = spawn('nsenter', args, { detached: true, stdio: ['ignore', log.fd, log.fd] });
  let ended: Error | null = null;
  engine.once('error', (error) => {
    ended = error;
  });
  engine.once('exit', (code) => {
    ended = new Error(`dockerd ended at its start with code ${code}`);
  });
  engine.unref();
  try {
    await eventually(() => answers(paths.socket), {
      what: `the engine at ${paths.socket} to answer`,
      timeoutMs: 40_000,
      abort: () => ended,
    });
  } catch (error) {
    throw new Error(`${(error as Error).message}\n${await tailOf(paths.log)}`);
  } finally {
    await log.close();
  }
}

/** Ends dockerd in order; its containers go on, for it to find when it starts again. */
export async function stopEngine(dir: string): Promise<void> {
  const paths = enginePaths(dir);
  const pid = existsSync(paths.pid) ? await pidOf(paths.pid) : null;
  if (pid !== null && isAlive(pid)) {
    signal(pid, 'SIGCONT');
    signal(pid, 'SIGTERM');
    await eventually(() => !isAlive(pid), { what: 'dockerd to end', timeoutMs: 30_000 });
  }
}

/**
 * Removes the engine, its containers and its state folder, from whatever state they are in.
 * Nothing of it is left on the machine.
 */
export async function removeEngine(dir: string): Promise<void> {
  const paths = enginePaths(dir);
  if (!existsSync(dir)) {
    await removeNetwork(dir);
    return;
  }
  const network = await ensureNetwork(dir);
  if (await answers(paths.socket)) await removeContainers(`unix://${paths.socket}`);
  const pid = existsSync(paths.pid) ? await pidOf(paths.pid).catch(() => null) : null;
  if (pid !== null && isAlive(pid) && (await answers(paths.socket))) {
    signal(pid, 'SIGTERM');
    await eventually(() => !isAlive(pid), { what: 'dockerd to end', timeoutMs: 20_000 }).catch(
      () => undefined,
    );
  }
  await sweep(dir, network);
  await removeNetwork(dir);
  await rm(dir, { recursive: true, force: true, maxRetries: 3 });
}

async function removeContainers(dockerHost: string): Promise<void> {
  const env = { DOCKER_HOST: dockerHost };
  const options = { env, allowFailure: true, timeoutMs: 30_000 };
  const { stdout } = await run('docker', ['ps', '--all', '--quiet'], options);
  const ids = stdout.split('\n').filter((id) => id !== '');
  if (ids.length > 0) await run('docker', ['rm', '--force', '--volumes', ...ids], options);
}
