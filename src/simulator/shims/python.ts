import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Tool } from './tool.ts';

/** Runs a script of the project that the world knows. */
export const python: Tool = async ({ scripts }, [script = ''], folder, { err, out }) => {
  const known = scripts[script];
  if (known === undefined) {
    err(`python3: can't open file '${join(folder, script)}': [Errno 2] No such file or directory`);
    return 2;
  }
  await writeFile(join(folder, known.path), known.text);
  out(`wrote ${known.path}`);
  return 0;
};
