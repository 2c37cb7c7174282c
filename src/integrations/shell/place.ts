import { constants } from 'node:fs';
import { access, realpath, stat } from 'node:fs/promises';
import { delimiter, isAbsolute, join, resolve } from 'node:path';
import { OperatorError } from '../../domain/operator-error.ts';
import { sanitizeLine } from '../../domain/sanitize.ts';
import type { CommandInput } from './command.ts';

/** What commands need to know of where they run. */
export interface Shell {
  /** The variables of this process: PATH is looked up in them. */
  readonly env: Readonly<Record<string, string | undefined>>;
  /**
   * Where commands run by default: the folder of the region's project.
   * @throws OperatorError('missing') when it is not known
   */
  folder(): Promise<string>;
}

/** The folder a command runs in. @throws OperatorError when there is none */
export async function folderOf(shell: Shell, { cwd }: Pick<CommandInput, 'cwd'>): Promise<string> {
  const path =
    cwd !== undefined && isAbsolute(cwd) ? cwd : resolve(await shell.folder(), cwd ?? '.');
  const found = await stat(path).catch(() => null);
  if (found?.isDirectory() === true) return realpath(path);
  const what = found === null ? 'does not exist' : 'is no folder';
  const message = `${sanitizeLine(path)} ${what}, and the command is to run there`;
  throw new OperatorError('missing', message, 'name another with `cwd`');
}

async function isProgram(path: string): Promise<boolean> {
  try {
    await access(path, constants.X_OK);
    return (await stat(path)).isFile();
  } catch {
    return false;
  }
}

/**
 * Where the program is that would be run.
 * @throws OperatorError('missing') when there is none
 */
export async function programOf(shell: Shell, file: string, folder: string): Promise<string> {
  if (file.includes('/')) {
    const path = resolve(folder, file);
    if (await isProgram(path)) return realpath(path);
  } else {
    const folders = (shell.env['PATH'] ?? '').split(delimiter).filter(isAbsolute);
    for (const candidate of folders) {
      const path = join(candidate, file);
      if (await isProgram(path)) return realpath(path);
    }
  }
  const message = `There is no program ${sanitizeLine(file)} on this host`;
  throw new OperatorError('missing', message, 'install it, or put it into the PATH');
}
