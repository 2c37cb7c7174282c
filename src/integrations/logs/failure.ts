import { type ErrorKind, OperatorError } from '../../domain/operator-error.ts';

const BY_CODE: Readonly<Record<string, readonly [ErrorKind, string, string]>> = {
  ENOENT: ['missing', 'does not exist', 'it is opened as soon as it does; see the path'],
  ENOTDIR: ['missing', 'does not exist: a part of its path is no folder', 'see the path'],
  EACCES: [
    'denied',
    'may not be read by this user',
    'add your user to the group that owns it, often adm, or run with sudo',
  ],
  EPERM: ['denied', 'may not be read by this user', 'see its permissions'],
  EMFILE: ['failed', 'cannot be opened: too many files are open', 'raise the limit: ulimit -n'],
  ENFILE: ['failed', 'cannot be opened: too many files are open', 'see what holds them: lsof'],
  EIO: ['failed', 'cannot be read: the disk reports an error', 'see the kernel log: dmesg'],
  ESTALE: ['failed', 'cannot be read: its network disk was lost', 'mount it again'],
};

export function codeOf(thrown: unknown): string {
  return thrown instanceof Error && 'code' in thrown ? String(thrown.code) : '';
}

/** What reading a log file threw, in words an operator can act on. */
export function fileFailure(thrown: unknown, path: string): OperatorError {
  if (thrown instanceof OperatorError) return thrown;
  const words = BY_CODE[codeOf(thrown)];
  if (words !== undefined) {
    return new OperatorError(words[0], `The log ${path} ${words[1]}`, words[2], thrown);
  }
  const reason = thrown instanceof Error ? thrown.message : String(thrown);
  return new OperatorError('failed', `The log ${path} cannot be read: ${reason}`, null, thrown);
}

/** A path that is a folder, a pipe or a device. */
export function notAFile(path: string): OperatorError {
  const mend = 'name the file itself';
  return new OperatorError('failed', `The log ${path} is no regular file`, mend);
}

const REASON_LENGTH_MAX = 300;

/** What starting journalctl threw. */
export function journalAbsent(thrown: unknown, command: string): OperatorError {
  if (codeOf(thrown) === 'EACCES') {
    const mend = 'see its permissions';
    return new OperatorError('denied', `${command} may not be run by this user`, mend, thrown);
  }
  return new OperatorError(
    'missing',
    `This host has no ${command}: its services do not log to a journal here`,
    'follow the log file or the container instead',
    thrown,
  );
}

/** journalctl has ended by itself; `said` is what it wrote to its error output. */
export function journalEnded(said: string, exit: number | string): OperatorError {
  const reason = said.replaceAll('\n', ' ').trim().slice(0, REASON_LENGTH_MAX);
  if (/permission|not seeing messages|insufficient/i.test(reason)) {
    const mend = 'add your user to the group systemd-journal or adm, or run with sudo';
    return new OperatorError('denied', `The journal may not be read: ${reason}`, mend);
  }
  // "Data from the specified boot (+0) is not available": the folder is there, and no journal in it.
  if (/no journal files|no such file|no such boot/i.test(reason)) {
    const mend = 'see whether systemd-journald runs: systemctl status systemd-journald';
    return new OperatorError('missing', `There is no journal to read: ${reason}`, mend);
  }
  const message = `journalctl ended (${exit})${reason === '' ? '' : `: ${reason}`}`;
  return new OperatorError('failed', message, 'it is started again; see journalctl --verify');
}
