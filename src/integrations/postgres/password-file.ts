import { readFile, stat } from 'node:fs/promises';
import type { PostgresAddress } from './client.ts';

/** A larger one is no password file. */
const MAX_FILE_BYTES = 64 * 1024;
/** Others may not read it, or psql ignores it as well. */
const OTHERS_BITS = 0o077;
const DEFAULT_SOCKET_FOLDERS = new Set(['/tmp', '/var/run/postgresql', '/run/postgresql']);

const FIELD = String.raw`((?:\\.|[^\\:])*)`;
/** The password is all that follows the fourth colon. */
const LINE = new RegExp(`^${[FIELD, FIELD, FIELD, FIELD].join(':')}:(.*)$`);

/** The five fields of a line; `\:` and `\\` stand for themselves. */
function fieldsOf(line: string): readonly string[] {
  const [, ...fields] = LINE.exec(line) ?? [];
  return fields.map((field) => field.replace(/\\(.)/g, '$1'));
}

/** The password in the text of a file such as `~/.pgpass`, null when no line fits. */
export function findPassword(
  text: string,
  address: PostgresAddress,
  database: string,
  user: string,
): string | null {
  const host = 'host' in address ? address.host : address.socketFolder;
  const hosts = DEFAULT_SOCKET_FOLDERS.has(host) ? [host, 'localhost'] : [host];
  for (const line of text.split(/\r?\n/)) {
    if (line.startsWith('#')) continue;
    const [atHost = '', port = '', inDatabase = '', asUser = '', password] = fieldsOf(line);
    const fits = (pattern: string, value: string) => pattern === '*' || pattern === value;
    if (
      password !== undefined &&
      (atHost === '*' || hosts.includes(atHost)) &&
      fits(port, String(address.port)) &&
      fits(inDatabase, database) &&
      fits(asUser, user)
    ) {
      return password;
    }
  }
  return null;
}

/** As `findPassword` in a file; null as well when it is not there, or others may read it. */
export async function passwordFor(
  path: string,
  address: PostgresAddress,
  database: string,
  user: string,
): Promise<string | null> {
  try {
    const { mode, size } = await stat(path);
    if ((mode & OTHERS_BITS) !== 0 || size > MAX_FILE_BYTES) return null;
    return findPassword(await readFile(path, 'utf8'), address, database, user);
  } catch {
    return null;
  }
}
