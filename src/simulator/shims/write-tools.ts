import { mkdir, symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { shimScript } from './script.ts';
import { toolNames } from './tools.ts';

const OWNERS_PROGRAM = 0o700;

/** Makes the folder of tools: one script, under each of their names. */
export async function writeTools(folder: string, node: string, socketPath: string): Promise<void> {
  await mkdir(folder, { recursive: true, mode: OWNERS_PROGRAM });
  const script = join(folder, '.tool.cjs');
  await writeFile(script, shimScript(node, socketPath), { mode: OWNERS_PROGRAM });
  for (const name of toolNames) await symlink(script, join(folder, name));
}
