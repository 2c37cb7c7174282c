import * as z from 'zod';
import { OperatorError } from '../../domain/operator-error.ts';

/** What probes and actions on the host need to know of the region. */
export interface HostAccess {
  /** False when the region's engine runs on another host: this one is not what is meant. */
  isLocal(): boolean;
}

/** @throws OperatorError when the region is on another host */
export function onlyHere(host: HostAccess): void {
  if (host.isLocal()) return;
  const message = 'This region is on another host, and this reads and changes only its own';
  throw new OperatorError('failed', message, 'run opsconsole on that host');
}

/** A path from the root that no option can hide in and no terminal trips over. */
export const absolutePath = z
  .string()
  .max(4096)
  .regex(/^\//, 'a path from the root, beginning with /')
  .regex(/^[^\p{Cc}\u2028\u2029]+$/u, 'a path without control characters');

/** What the file system threw, in words. */
export function pathFailure(thrown: unknown, path: string): OperatorError {
  if (thrown instanceof OperatorError) return thrown;
  const code = thrown instanceof Error && 'code' in thrown ? thrown.code : '';
  if (code === 'ENOENT' || code === 'ENOTDIR') {
    return new OperatorError(
      'missing',
      `${path} is no folder that exists`,
      'correct the path',
      thrown,
    );
  }
  if (code === 'EACCES' || code === 'EPERM') {
    const message = `${path} may not be read or changed by this user`;
    return new OperatorError('denied', message, 'run opsconsole as its owner or as root', thrown);
  }
  if (code === 'EROFS') {
    return new OperatorError('denied', `${path} is mounted read-only`, 'see the mount', thrown);
  }
  if (code === 'ELOOP') {
    return new OperatorError('failed', `${path} is a link`, 'name what it leads to', thrown);
  }
  const reason = thrown instanceof Error ? thrown.message : String(thrown);
  return new OperatorError('failed', `${path}: ${reason}`, 'see the kernel log', thrown);
}
