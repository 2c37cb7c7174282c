import { createHash } from 'node:crypto';
import { readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { TestProject } from 'vitest/node';
import { removeEngine } from '../stack/engine.ts';
import setupMachine from './machine.setup.ts';
import { forgetFailure } from './own-stack.ts';
import './provided.ts';

/**
 * Says where the stacks of the journeys stand, one for each worker of the runner, which starts it when
 * it first needs it; ends them after the last journey. Their folders are the same for every run of this
 * checkout, so that what a killed run left there is found and cleared away; they are not inside the
 * checkout, whose path may be too long for a socket.
 */
export default async function setup(
  project: TestProject,
): Promise<(() => Promise<void>) | undefined> {
  await setupMachine(project);
  if (project.getProvidedContext().machineLacks !== null) {
    project.provide('stackDirs', []);
    return undefined;
  }
  const key = createHash('sha256')
    .update(import.meta.dirname)
    .digest('hex')
    .slice(0, 8);
  const base = join(tmpdir(), `opsconsole-tests-${key}`);
  const workers = Array.from({ length: project.config.maxWorkers }, (_, index) => index + 1);
  const dirs = workers.map((worker) => `${base}-${worker}`);
  const ownerFile = `${base}.pid`;
  await refuseSecondRun(ownerFile);
  await writeFile(ownerFile, String(process.pid));
  await removeAll(dirs);
  project.provide('stackDirs', dirs);
  return async () => {
    await removeAll(dirs);
    await rm(ownerFile, { force: true });
  };
}

async function removeAll(dirs: readonly string[]): Promise<void> {
  for (const dir of dirs) {
    await removeEngine(dir);
    await forgetFailure(dir);
  }
}

/** A killed run leaves its file behind, and its number may be another program's by now. */
async function refuseSecondRun(ownerFile: string): Promise<void> {
  const owner = (await readFile(ownerFile, 'utf8').catch(() => '')).trim();
  if (owner === '' || owner === String(process.pid)) return;
  const command = await readFile(`/proc/${owner}/cmdline`, 'utf8').catch(() => '');
  if (!command.includes('vitest')) return;
  throw new Error(
    `process ${owner} runs the tests of this checkout on its stacks: wait for it to end`,
  );
}
