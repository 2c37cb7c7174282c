import { createHash } from 'node:crypto';
import { readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { TestProject } from 'vitest/node';
import { removeEngine } from '../stack/engine.ts';
import { startStack } from '../stack/stack.ts';
import setupMachine from './machine.setup.ts';
import './provided.ts';

/**
 * Starts the one stack that the journeys share, and ends it after the last. Its folder is the same for
 * every run of this checkout, so that what a killed run left there is found and cleared away; it is not
 * inside the checkout, whose path may be too long for a socket.
 */
export default async function setup(
  project: TestProject,
): Promise<(() => Promise<void>) | undefined> {
  await setupMachine(project);
  if (project.getProvidedContext().machineLacks !== null) {
    project.provide('stackDir', null);
    return undefined;
  }
  const key = createHash('sha256')
    .update(import.meta.dirname)
    .digest('hex')
    .slice(0, 8);
  const dir = join(tmpdir(), `opsconsole-tests-${key}`);
  const ownerFile = `${dir}.pid`;
  await refuseSecondRun(ownerFile);
  await writeFile(ownerFile, String(process.pid));
  await removeEngine(dir);
  const stack = await startStack({ dir });
  project.provide('stackDir', stack.dir);
  return async () => {
    await stack.stop();
    await rm(ownerFile, { force: true });
  };
}

/** A killed run leaves its file behind, and its number may be another program's by now. */
async function refuseSecondRun(ownerFile: string): Promise<void> {
  const owner = (await readFile(ownerFile, 'utf8').catch(() => '')).trim();
  if (owner === '' || owner === String(process.pid)) return;
  const command = await readFile(`/proc/${owner}/cmdline`, 'utf8').catch(() => '');
  if (!command.includes('vitest')) return;
  throw new Error(
    `process ${owner} runs the tests of this checkout on its stack: wait for it to end`,
  );
}
