import { readFile, stat } from 'node:fs/promises';
import { OperatorError } from '../../domain/operator-error.ts';
import { sanitizeLine } from '../../domain/sanitize.ts';

/** A bundle of all the authorities of the world is a fifth of it. */
const MAX_BYTES = 1024 * 1024;

/**
 * The certificates of an authority, read anew each time: the file may be renewed while we run.
 * @param path of a PEM file
 * @throws OperatorError naming the file when it cannot be read or holds no certificate
 */
export async function readAuthority(path: string): Promise<string> {
  const shown = sanitizeLine(path);
  let text: string;
  try {
    const { size } = await stat(path);
    text = size > MAX_BYTES ? '' : await readFile(path, 'utf8');
  } catch (thrown) {
    const code = thrown instanceof Error && 'code' in thrown ? thrown.code : null;
    const mend = 'correct the ca in the configuration';
    if (code === 'ENOENT') {
      throw new OperatorError('missing', `The authority ${shown} does not exist`, mend, thrown);
    }
    if (code === 'EACCES') {
      const words = `The authority ${shown} may not be read by this user`;
      throw new OperatorError('denied', words, 'let this user read the file', thrown);
    }
    throw new OperatorError('failed', `The authority ${shown} cannot be read`, mend, thrown);
  }
  if (text.includes('-----BEGIN CERTIFICATE-----')) return text;
  const words = `The authority ${shown} holds no certificate in PEM`;
  throw new OperatorError('garbage', words, 'correct the ca in the configuration');
}
