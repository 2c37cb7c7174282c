import { existsSync, statSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import type { Catalogue } from '../runbooks/catalogue.ts';
import type { Diagnostic } from '../runbooks/diagnostic.ts';
import { loadPack, loadPacks, loadRunbook } from '../runbooks/loader.ts';

function unreadable(file: string): Diagnostic {
  const message = 'there is no such file or folder';
  return { file, line: 1, column: 1, level: 'error', message, mend: 'check the path' };
}

function lintFile(file: string, catalogue: Catalogue): readonly Diagnostic[] {
  const folder = dirname(file);
  if (!existsSync(join(folder, 'pack.yaml'))) return loadRunbook(file, catalogue).diagnostics;
  const { diagnostics } = loadPack(folder, catalogue);
  return diagnostics.filter((diagnostic) => resolve(diagnostic.file) === resolve(file));
}

/** What is wrong in these files and folders: a file beside a `pack.yaml` is held against its pack. */
export function lintPaths(paths: readonly string[], catalogue: Catalogue): readonly Diagnostic[] {
  return paths.flatMap((path) => {
    if (!existsSync(path)) return [unreadable(path)];
    return statSync(path).isDirectory()
      ? loadPacks([path], catalogue).diagnostics
      : lintFile(path, catalogue);
  });
}
