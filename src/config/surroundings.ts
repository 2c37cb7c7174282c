import { readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';

/** What configuration and discovery may know of the machine. */
export interface ConfigSurroundings {
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly home: string;
  readonly cwd: string;
  /** The user's number; null where there is none. */
  readonly uid: number | null;
  readonly exists: (path: string) => boolean;
  /**
   * The text of a file.
   * @throws the file system's error
   */
  readonly read: (path: string) => string;
}

/** Secrets, and the files the discovery looks into, are small; more is not theirs. */
const MAX_FILE_BYTES = 1024 * 1024;

/**
 * Reads a text file of at most a MiB. A pipe is refused: it would wait for its writer.
 * @throws the file system's error
 */
export function readSmallFile(path: string): string {
  const stat = statSync(path);
  if (!stat.isFile()) throw new Error('it is no file');
  if (stat.size > MAX_FILE_BYTES) throw new Error(`it is larger than ${MAX_FILE_BYTES} bytes`);
  return readFileSync(path, 'utf8');
}

/** A variable that is set to something: an empty one is an unset one, as for the ecosystem's own tools. */
export function variable(
  env: ConfigSurroundings['env'],
  ...names: readonly string[]
): { readonly name: string; readonly value: string } | null {
  for (const name of names) {
    const value = env[name];
    if (value !== undefined && value !== '') return { name, value };
  }
  return null;
}

/** The text of a file that may not be there, or may not be read: then null. */
export function readIfThere(from: ConfigSurroundings, path: string): string | null {
  if (!from.exists(path)) return null;
  try {
    return from.read(path);
  } catch {
    return null;
  }
}

/** Where passwords of PostgreSQL stand, as its own tools have it; the file may not be there. */
export function passwordFileOf({ env, home }: Pick<ConfigSurroundings, 'env' | 'home'>): string {
  return variable(env, 'PGPASSFILE')?.value ?? join(home, '.pgpass');
}
