import { copyFile, mkdir, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { removeEngine, startEngine } from '../stack/engine.ts';
import { run } from '../stack/run.ts';

/** Running containers in every run: as many as the figures that are compared with were taken with. */
export const CONTAINERS = 150;

/** Containers are made so many at a time: the engine makes each on its own. */
const AT_ONCE = 6;
const BUSYBOX = '/usr/bin/busybox';
const IMAGE = 'opsconsole/busybox:1';
const TALKER = 'fleet-talker';

/** An engine with 150 running containers that do nothing. */
export interface Fleet {
  readonly dockerHost: string;
  readonly socketPath: string;
  /** Runs one container more that writes log lines evenly; ends it with what is returned. */
  talk(linesPerMinute: number): Promise<() => Promise<void>>;
  stop(): Promise<void>;
}

async function importImage(dir: string, env: Record<string, string>): Promise<void> {
  const root = join(dir, 'busybox');
  await mkdir(join(root, 'bin'), { recursive: true });
  await copyFile(BUSYBOX, join(root, 'bin/busybox')).catch((error: Error) => {
    throw new Error(
      `the fleet needs ${BUSYBOX} (apt-get install busybox-static): ${error.message}`,
    );
  });
  const tar = join(dir, 'busybox.tar');
  await run('tar', ['--create', '--owner=0', '--group=0', '--file', tar, '--directory', root, '.']);
  await run('docker', ['import', tar, IMAGE], { env });
}

/** `docker run` of one container without a network. */
function runArguments(name: string, service: string, command: readonly string[]): string[] {
  const label = 'com.docker.compose';
  const labels = [`${label}.project=fleet`, `${label}.service=${service}`];
  return [
    ...['run', '--detach', '--network', 'none', '--name', name],
    ...labels.flatMap((each) => ['--label', each]),
    ...[IMAGE, '/bin/busybox', ...command],
  ];
}

function fleetAt(socketPath: string, stop: () => Promise<void>): Fleet {
  const dockerHost = `unix://${socketPath}`;
  const env = { DOCKER_HOST: dockerHost };
  return {
    dockerHost,
    socketPath,
    stop,
    talk: async (linesPerMinute) => {
      const lines = Math.ceil(linesPerMinute / 600);
      const line =
        'level=info msg="request served" method=POST path=/infer status=200 durationMs=41';
      const block = Array.from({ length: lines }, (_, index) => `${line} row=${index}`).join('\n');
      const talker = `while :; do echo '${block}'; /bin/busybox usleep 100000; done`;
      await run('docker', runArguments(TALKER, 'talker', ['sh', '-c', talker]), { env });
      return async () => {
        await run('docker', ['rm', '--force', TALKER], { env });
      };
    },
  };
}

/** Raises a private engine and its containers; nothing of it is left after `stop`. */
export async function startFleet(): Promise<Fleet> {
  const dir = await mkdtemp(join(tmpdir(), 'opsconsole-bench-'));
  const stop = async () => {
    await removeEngine(dir);
    await rm(dir, { recursive: true, force: true });
  };
  try {
    const { dockerHost, socketPath } = await startEngine(dir);
    const env = { DOCKER_HOST: dockerHost };
    await importImage(dir, env);
    const names = Array.from({ length: CONTAINERS }, (_, index) => `svc-${index + 1}`);
    const lanes = Array.from({ length: AT_ONCE }, async (_, lane) => {
      for (let index = lane; index < names.length; index += AT_ONCE) {
        const name = names[index] ?? '';
        await run('docker', runArguments(`fleet-${name}`, name, ['sleep', '1000000']), { env });
      }
    });
    await Promise.all(lanes);
    return fleetAt(socketPath, stop);
  } catch (error) {
    await stop();
    throw error;
  }
}

/** A fleet that stands already, and is left standing. */
export const standingFleet = (socketPath: string): Fleet =>
  fleetAt(socketPath, () => Promise.resolve());
