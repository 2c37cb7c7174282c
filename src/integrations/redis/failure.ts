import { type ErrorKind, OperatorError } from '../../domain/operator-error.ts';
import { sanitizeLine } from '../../domain/sanitize.ts';

const MAX_REASON_LENGTH = 300;

type Words = readonly [kind: ErrorKind, says: string, mend: string | null];

const BY_CODE: Readonly<Record<string, Words>> = {
  ECONNREFUSED: ['unreachable', 'refuses connections', 'see whether Redis runs'],
  ECONNRESET: ['unreachable', 'closed the connection', "see Redis' own log"],
  EPIPE: ['unreachable', 'closed the connection', "see Redis' own log"],
  ETIMEDOUT: ['timeout', 'did not answer', 'see whether it hangs or its network is cut'],
  EHOSTUNREACH: ['unreachable', 'has no route from here', 'see whether its container runs'],
  ENETUNREACH: ['unreachable', 'has no route from here', 'see the network'],
  ENOTFOUND: ['unreachable', 'has a name nobody knows', 'correct its host name'],
  EAI_AGAIN: ['unreachable', 'has a name nobody knows', 'correct its host name'],
};

/** The first word of an error Redis itself answers with. */
const BY_REPLY: Readonly<Record<string, Words>> = {
  NOAUTH: ['denied', 'wants a password', 'set its password in the configuration'],
  WRONGPASS: ['denied', 'refuses the password', 'correct its password in the configuration'],
  NOPERM: ['denied', 'does not let this user run the command', 'use a user that may'],
  LOADING: ['failed', 'is still loading its data', 'wait until it has loaded'],
  BUSY: ['failed', 'is busy with a script', 'wait, or end it with SCRIPT KILL'],
  MISCONF: ['failed', 'refuses writes: it cannot save to disk', 'see its disk and its log'],
  OOM: ['failed', 'refuses writes: its memory is full', 'flush it or raise maxmemory'],
  READONLY: ['failed', 'is a read-only replica', 'use the master'],
  MASTERDOWN: ['failed', 'has lost its master', 'see the master'],
  DENIED: ['denied', 'is in protected mode', 'set a password, or bind it to this network'],
};

/** The words of an AUTH that failed before Redis had WRONGPASS, and of one that was not needed. */
function authWords(message: string): Words | undefined {
  if (message.includes('invalid password')) return BY_REPLY['WRONGPASS'];
  if (message.includes('without any password') || message.includes('no password is set')) {
    return ['denied', 'has no password, but one was sent', 'remove it from the configuration'];
  }
  return undefined;
}

/** The error a connection that hung past its limit ends with. */
export function redisTimeout(where: string, timeoutMs: number): OperatorError {
  const message = `Redis at ${where} did not answer within ${timeoutMs / 1000} s`;
  return new OperatorError('timeout', message, 'see whether it hangs or is overloaded');
}

/** What the Redis client threw, in words an operator can act on; `where` is `host:port`. */
export function redisFailure(thrown: unknown, where: string): OperatorError {
  if (thrown instanceof OperatorError) return thrown;
  if (!(thrown instanceof Error))
    return new OperatorError('failed', `Redis at ${where}: ${thrown}`);
  const reason = sanitizeLine(thrown.message).trim().slice(0, MAX_REASON_LENGTH);
  const code = 'code' in thrown ? String(thrown.code) : '';
  const reply = /^-?([A-Z]+)\b/.exec(thrown.message)?.[1] ?? '';
  const words = BY_CODE[code] ?? BY_REPLY[reply] ?? authWords(thrown.message);
  if (words !== undefined) {
    return new OperatorError(words[0], `Redis at ${where} ${words[1]}`, words[2], thrown);
  }
  if (thrown.name === 'ParserError' || thrown.message.startsWith('Protocol error')) {
    const mend = 'see what listens there; it is not Redis';
    return new OperatorError('garbage', `What listens at ${where} is no Redis`, mend, thrown);
  }
  if (/^(?:Connection is closed|Stream isn't)/.test(thrown.message)) {
    const message = `Redis at ${where} closed the connection`;
    return new OperatorError('unreachable', message, "see Redis' own log", thrown);
  }
  return new OperatorError('failed', `Redis at ${where}: ${reason}`, null, thrown);
}
