import { existsSync } from 'node:fs';
import { readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { attachStack, type Stack, startStack } from '../stack/stack.ts';

/** Beside the folder: a stack that does not start leaves none. */
const failureFile = (dir: string): string => `${dir}.failed`;

/** The runner's number for this worker: 1 for the first of those that run side by side. */
function workerNumber(): number {
  return Number(process.env['VITEST_POOL_ID'] ?? Number.NaN);
}

/**
 * The stack of this worker, which no file runs on but the one that the worker runs now. The first file
 * starts it; those after it find it.
 *
 * @param dirs state folder of each worker's stack, in the order of the workers
 * @throws Error saying why it did not start, to the later files at once
 */
export async function ownStack(dirs: readonly string[]): Promise<Stack> {
  const dir = dirs[workerNumber() - 1];
  if (dir === undefined) throw new Error(`no stack for worker ${workerNumber()} of ${dirs.length}`);
  const failure = await readFile(failureFile(dir), 'utf8').catch(() => null);
  if (failure !== null) throw new Error(`the stack did not start: ${failure}`);
  if (existsSync(join(dir, 'stack.json'))) return attachStack(dir);
  try {
    return await startStack({ dir });
  } catch (error) {
    await writeFile(failureFile(dir), error instanceof Error ? error.message : String(error));
    throw error;
  }
}

/** Lets the next `ownStack` of this folder try again. */
export function forgetFailure(dir: string): Promise<void> {
  return rm(failureFile(dir), { force: true });
}
