import { readFile } from 'node:fs/promises';
import { OperatorError } from '../../domain/operator-error.ts';
import type { DockerTls } from './host.ts';

/** What a TLS connection to an engine is made with. */
export interface TlsFiles {
  readonly ca?: Buffer;
  readonly cert?: Buffer;
  readonly key?: Buffer;
  readonly rejectUnauthorized: boolean;
}

const REASONS: Readonly<Record<string, string>> = {
  ENOENT: 'does not exist',
  EACCES: 'may not be read by this user',
  EISDIR: 'is a folder',
};

async function pem(path: string, what: string): Promise<Buffer> {
  try {
    return await readFile(path);
  } catch (thrown) {
    const code = thrown instanceof Error && 'code' in thrown ? String(thrown.code) : '';
    throw new OperatorError(
      code === 'EACCES' ? 'denied' : 'missing',
      `The Docker client's ${what} ${path} ${REASONS[code] ?? 'cannot be read'}`,
      'set DOCKER_CERT_PATH to the folder that holds ca.pem, cert.pem and key.pem',
      thrown,
    );
  }
}

/**
 * Reads the certificates.
 * @throws OperatorError naming the file that cannot be read
 */
export async function readTlsFiles({ ca, cert, key, verify }: DockerTls): Promise<TlsFiles> {
  return {
    ...(ca === null ? {} : { ca: await pem(ca, "engine's authority") }),
    ...(cert === null ? {} : { cert: await pem(cert, 'certificate') }),
    ...(key === null ? {} : { key: await pem(key, 'key') }),
    rejectUnauthorized: verify,
  };
}
