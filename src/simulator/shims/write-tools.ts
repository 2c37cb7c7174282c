import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { shimScript } from './script.ts';
import { toolNames } from './tools.ts';

const OWNERS_PROGRAM = 0o700;

/**
 * Makes the folder of tools: one script, under each of their names. No links: who follows one before it calls a
 * tool would call it by another name.
 */
export async function writeTools(folder: string, node: string, socketPath: string): Promise<void> {
  await mkdir(folder, { recursive: true, mode: OWNERS_PROGRAM });
  const script = shimScript(node, socketPath);
  for (const name of toolNames) {
    await writeFile(join(folder, name), script, { mode: OWNERS_PROGRAM });
  }
}
