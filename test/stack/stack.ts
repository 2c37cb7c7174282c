import { readFile, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { eventually } from '../harness/eventually.ts';
import { mountDatabaseDisk } from './database-disk.ts';
import { type Engine, engineOf, removeEngine, startEngine } from './engine.ts';
import { type Faults, faultsOf } from './faults.ts';
import { imageName, importImage } from './image.ts';
import { findNetwork } from './network.ts';
import { defaultEnv, type StackEnv } from './options.ts';
import { projectDir, projectName, writeCompose, writeEnvFile, writeProject } from './project.ts';
import { tagRelease } from './release-faults.ts';
import { type RunOptions, type RunResult, run } from './run.ts';

const workers = ['worker-1', 'worker-2', 'worker-3'] as const;

/** State folder of the people's stack. */
export const defaultDir = join(tmpdir(), 'opsconsole-stack');

/** A running stack. */
export interface Stack {
  dir: string;
  socketPath: string;
  /** For `DOCKER_HOST`. */
  dockerHost: string;
  project: string;
  /** Folder of `docker-compose.yml` and `.env`. */
  projectDir: string;
  /** Address of nginx's published port, from the host. */
  httpUrl: string;
  redisUrl: string;
  postgresUrl: string;
  env: StackEnv;
  /** Runs `docker` against this engine. */
  docker(args: readonly string[], options?: RunOptions): Promise<RunResult>;
  /** Runs `docker-compose` on the project. */
  compose(args: readonly string[], options?: RunOptions): Promise<RunResult>;
  /** Address of a container in the project's network, as `http://address:port`. */
  containerUrl(service: string, port: number): Promise<string>;
  /** Starts the load generator at this rate, or ends it with 0. Breakers move only with traffic. */
  setLoad(perSecond: number): Promise<void>;
  faults: Faults;
  /** Writes compose file and `.env` as they were when the stack was made. */
  restoreProject(): Promise<void>;
  /** Ends and removes everything. */
  stop(): Promise<void>;
}

/** What `startStack` takes. */
export interface StackOptions {
  /** State folder; one stack a folder, several folders side by side. */
  dir?: string;
  env?: Partial<StackEnv>;
}

/** The handle of a stack whose engine stands; makes nothing. */
function stackOf(engine: Engine, env: StackEnv): Stack {
  const { dir, dockerHost, socketPath, network } = engine;
  const docker: Stack['docker'] = (args, options = {}) =>
    run('docker', args, { ...options, env: { DOCKER_HOST: dockerHost, ...options.env } });
  const compose: Stack['compose'] = (args, options = {}) =>
    run('docker-compose', ['--project-name', projectName, ...args], {
      cwd: projectDir(dir),
      ...options,
      env: { DOCKER_HOST: dockerHost, ...options.env },
    });
  const base = {
    dir,
    socketPath,
    dockerHost,
    project: projectName,
    projectDir: projectDir(dir),
    httpUrl: `http://${network.address}:${env.httpPort}`,
    redisUrl: `redis://${network.address}:6379`,
    postgresUrl: `postgres://falcon:falcon_dev_password_change_in_prod@${network.address}:5432/falcon_inference`,
    env,
    docker,
    compose,
    async containerUrl(service: string, port: number) {
      const format = '{{range .NetworkSettings.Networks}}{{.IPAddress}}{{end}}';
      const { stdout } = await docker(['inspect', '--format', format, `falcon-${service}`]);
      if (stdout === '') throw new Error(`falcon-${service} has no address: is it running?`);
      return `http://${stdout}:${port}`;
    },
    async setLoad(perSecond: number) {
      if (perSecond <= 0) {
        await docker(['rm', '--force', 'falcon-load']);
        return;
      }
      await writeCompose(dir, { ...env, loadRps: perSecond });
      await compose(['up', '--detach', '--no-deps', 'load']);
    },
    async restoreProject() {
      await Promise.all([writeCompose(dir, env), writeEnvFile(dir, env)]);
    },
    stop: () => removeEngine(dir),
  };
  return { ...base, faults: faultsOf(base, engine) };
}

async function allHealthy(stack: Stack): Promise<void> {
  await eventually(
    async () => {
      const format = '{{.Names}} {{.Status}}';
      const { stdout } = await stack.docker(['ps', '--all', '--format', format]);
      const waiting = stdout.split('\n').filter((line) => !/load|\(healthy\)/.test(line));
      if (waiting.length > 0) throw new Error(waiting.join(', '));
      return true;
    },
    { what: 'every container to be healthy', timeoutMs: 150_000, everyMs: 250 },
  );
}

async function settled(stack: Stack): Promise<void> {
  const body = JSON.stringify({ text: 'is the stack up' });
  const headers = { 'content-type': 'application/json' };
  await eventually(
    async () => {
      const init = { method: 'POST', headers, body, signal: AbortSignal.timeout(3000) };
      return (await fetch(`${stack.httpUrl}/infer`, init)).ok;
    },
    { what: `${stack.httpUrl}/infer to answer`, timeoutMs: 90_000 },
  );
  await allHealthy(stack);
}

/**
 * Starts an engine and on it the project `falcon`, and returns when a request went all the way
 * through nginx, a worker, Redis and Postgres. Needs root on Linux and the packages of
 * `test/setup/packages.ts`.
 *
 * @throws Error saying which part did not start; nothing is left behind then
 */
export async function startStack(options: StackOptions = {}): Promise<Stack> {
  const dir = options.dir ?? defaultDir;
  const env = { ...defaultEnv, ...options.env };
  const engine = await startEngine(dir);
  const stack = stackOf(engine, env);
  try {
    await Promise.all([importImage(dir, engine.dockerHost), writeProject(dir, env)]);
    await Promise.all([tagRelease(stack, imageName), mountDatabaseDisk(dir)]);
    await writeFile(join(dir, 'stack.json'), JSON.stringify(env));
    // A gateway that finds a worker deaf leaves it out for 30 s: it comes when they all listen.
    await stack.compose(['up', '--detach', '--no-color', ...workers]);
    await allHealthy(stack);
    await stack.compose(['up', '--detach', '--no-color']);
    await settled(stack);
  } catch (error) {
    await stack.stop();
    throw error;
  }
  return stack;
}

/**
 * The handle of a stack that another process started: a test file's way to the stack that a global
 * set-up made. Give it the same folder.
 *
 * @throws Error when no stack stands there
 */
export async function attachStack(dir: string): Promise<Stack> {
  const network = await findNetwork(dir);
  if (network === null) throw new Error(`no stack in ${dir}: start one with startStack`);
  const env: StackEnv = JSON.parse(await readFile(join(dir, 'stack.json'), 'utf8'));
  return stackOf(engineOf(dir, network), env);
}
