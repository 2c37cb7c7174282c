import { readFileSync } from 'node:fs';
import { OperatorError } from '../../domain/operator-error.ts';

/** An authority's certificate, PEM. @throws OperatorError that names the file */
export function authority(path: string): string {
  try {
    return readFileSync(path, 'utf8');
  } catch (cause) {
    const message = `the certificate ${path} cannot be read: ${(cause as Error).message}`;
    throw new OperatorError('missing', message, 'correct `ca` in the configuration', cause);
  }
}
