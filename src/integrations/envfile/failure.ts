import { type ErrorKind, OperatorError } from '../../domain/operator-error.ts';

type Words = readonly [kind: ErrorKind, says: string, mend: string];

const BY_CODE: Readonly<Record<string, Words>> = {
  ENOENT: ['missing', 'does not exist', 'see the project’s folder, or name another file'],
  ENOTDIR: ['missing', 'does not exist', 'a part of its path is no folder'],
  EACCES: ['denied', 'may not be read or written by this user', 'run opsconsole as its owner'],
  EPERM: ['denied', 'may not be changed by this user', 'run opsconsole as its owner or as root'],
  EROFS: ['denied', 'is on a file system that is mounted read-only', 'see the mount'],
  ENOSPC: ['failed', 'was left as it is: the disk is full', 'make room, then try again'],
  EDQUOT: ['failed', 'was left as it is: the quota is used up', 'make room, then try again'],
  EISDIR: ['failed', 'is a folder', 'name the env file itself'],
  ELOOP: ['failed', 'is a circle of links', 'name the env file itself'],
  ENXIO: ['failed', 'is no regular file', 'name the env file itself'],
  EBUSY: [
    'failed',
    'is a mount of its own and cannot be replaced',
    'change the file it is mounted from',
  ],
  EIO: ['failed', 'cannot be read or written', 'see the kernel log'],
};

/** What a file operation threw, in words that name the file. */
export function fileFailure(thrown: unknown, path: string): OperatorError {
  if (thrown instanceof OperatorError) return thrown;
  const code = thrown instanceof Error && 'code' in thrown ? String(thrown.code) : '';
  const words = BY_CODE[code];
  if (words !== undefined) {
    return new OperatorError(words[0], `${path} ${words[1]}`, words[2], thrown);
  }
  const reason = thrown instanceof Error ? thrown.message : String(thrown);
  return new OperatorError('failed', `${path}: ${reason}`, null, thrown);
}
