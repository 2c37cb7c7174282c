import { mkdir, mkdtemp, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { stringify } from 'yaml';
import { removeEngine, startEngine } from '../../stack/engine.ts';
import { hostMounts, imageName, importImage } from '../../stack/image.ts';
import { type RunResult, run } from '../../stack/run.ts';

/** A small compose project on an engine of its own: a Redis, and a peer on the same network. */
export interface Project {
  readonly dockerHost: string;
  readonly socketPath: string;
  readonly pid: () => Promise<number>;
  /** Folder of the compose file. */
  readonly folder: string;
  docker(...args: readonly string[]): Promise<RunResult>;
  compose(...args: readonly string[]): Promise<RunResult>;
  stop(): Promise<void>;
}

/** Loud in its log, with control sequences, as no log should be trusted to be quiet. */
const talker = [
  'printf "plain line\\n"',
  'printf "{\\"level\\": \\"ERROR\\", \\"message\\": \\"broken\\"}\\n"',
  'printf "\\033[2J\\033]0;owned\\007coloured \\033[31merror\\033[0m\\n" >&2',
  'exec busybox sleep 1000000',
].join('; ');

/** A service of the image that every container here is made of. */
export const base = { image: imageName, networks: ['net'], volumes: hostMounts };

/** The services of the project, where a test names no others. */
export function services(): Readonly<Record<string, object>> {
  const settings = ['--bind', '0.0.0.0', '--protected-mode', 'no', '--save', '', '--dir', '/tmp'];
  return {
    redis: { ...base, container_name: 'falcon-redis', command: ['redis-server', ...settings] },
    peer: { ...base, container_name: 'falcon-peer', command: ['/bin/sh', '-c', talker] },
    fleet: { ...base, command: ['busybox', 'sleep', '1000000'], stop_signal: 'SIGKILL' },
  };
}

/** Other services than those of `startProject`, and what their images and files need. */
export interface ProjectParts {
  readonly services: Readonly<Record<string, object>>;
  readonly files?: Readonly<Record<string, string>>;
  /** What a simulated engine holds that a real one is given by `prepare`: by their names, oldest first. */
  readonly images?: readonly (readonly string[])[];
  /** Called when the engine stands, before compose brings the services up. */
  readonly prepare?: (project: Project) => Promise<void>;
}

/**
 * Starts the engine and the project `falcon`: redis, peer and two containers of `fleet`.
 * @param parts instead of those
 */
export async function startProject(parts: ProjectParts | null = null): Promise<Project> {
  const dir = await mkdtemp(join(tmpdir(), 'opsconsole-docker-'));
  const cwd = join(dir, 'falcon');
  const engine = await startEngine(dir);
  const env = { DOCKER_HOST: engine.dockerHost };
  const project: Project = {
    dockerHost: engine.dockerHost,
    socketPath: engine.socketPath,
    pid: engine.pid,
    folder: cwd,
    docker: (...args) => run('docker', args, { env }),
    compose: (...args) => run('docker-compose', ['-p', 'falcon', ...args], { cwd, env }),
    stop: () => removeEngine(dir),
  };
  try {
    await importImage(dir, engine.dockerHost);
    await mkdir(cwd);
    const file = { version: '3.8', services: parts?.services ?? services(), networks: { net: {} } };
    await writeFile(join(cwd, 'docker-compose.yml'), stringify(file, { version: '1.1' }));
    for (const [name, text] of Object.entries(parts?.files ?? {})) {
      await writeFile(join(cwd, name), text);
    }
    await parts?.prepare?.(project);
    const fleet = parts === null ? ['--scale', 'fleet=2'] : [];
    await project.compose('up', '--detach', '--no-color', ...fleet);
    return project;
  } catch (error) {
    await project.stop();
    throw error;
  }
}
