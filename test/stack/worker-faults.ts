import { writeFile } from 'node:fs/promises';
import { eventually } from '../harness/eventually.ts';
import type { Stack } from './stack.ts';

/** The most the worker's container may use; the worker itself needs about half of it. */
const LIMIT = '128m';
/** The first that the kernel kills. */
const WORST_SCORE = '1000';
/** Takes memory until the kernel ends somebody. */
const HOARD = 'for (const all = []; ; ) all.push(Buffer.alloc(4 << 20, 1));';

type Base = Pick<Stack, 'docker' | 'compose'>;

/**
 * The kernel kills a worker's process at the memory limit of its container. The engine starts it again
 * at once, for such a death is no stop by a user.
 */
export async function oomWorker(stack: Base, number: 1 | 2 | 3): Promise<void> {
  const name = `falcon-worker-${number}`;
  const inspect = async (format: string) =>
    (await stack.docker(['inspect', '--format', format, name])).stdout.trim();
  const restarts = async () => Number(await inspect('{{.RestartCount}}'));
  const before = await restarts();
  const pid = Number(await inspect('{{.State.Pid}}'));
  if (!(pid > 1)) throw new Error(`${name} has no process`);
  await stack.docker(['update', '--memory', LIMIT, '--memory-swap', LIMIT, name]);
  await writeFile(`/proc/${pid}/oom_score_adj`, WORST_SCORE);
  // It dies with its container.
  const hoard = await stack.docker(['exec', name, '/opt/node', '-e', HOARD], {
    allowFailure: true,
  });
  if (hoard.exitCode === 0) throw new Error(`${name} lives: has its container a limit?`);
  // The command inside ends before the engine has seen the container die.
  const what = `the engine to start ${name} again`;
  await eventually(async () => (await restarts()) > before, { what });
}

/** A new container under the same name, with the limits of the compose file. */
export async function recreateWorker(stack: Base, number: 1 | 2 | 3): Promise<void> {
  const service = `worker-${number}`;
  await stack.compose(['up', '--detach', '--no-deps', '--force-recreate', '--no-color', service]);
}
