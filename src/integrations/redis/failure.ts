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
  EACCES: ['denied', 'does not let this user open its socket', "join the socket's group"],
  ENOENT: ['missing', 'has no socket there', 'see whether Redis runs, or correct the path'],
};

const TRUST: Words[2] = 'name its CA in the configuration (tls.ca)';
const TLS_ONLY = 'see whether it speaks TLS there: redis:// and rediss:// are two ports';

/** Why a TLS connection did not come about, by the code of OpenSSL or Node. */
const BY_TLS_CODE: Readonly<Record<string, Words>> = {
  CERT_HAS_EXPIRED: ['failed', 'has a certificate that has expired', 'renew its certificate'],
  CERT_NOT_YET_VALID: ['failed', 'has a certificate of the future', 'see the clocks of both hosts'],
  DEPTH_ZERO_SELF_SIGNED_CERT: ['denied', 'has a self-signed certificate', TRUST],
  SELF_SIGNED_CERT_IN_CHAIN: ['denied', 'has a certificate of a CA nobody here trusts', TRUST],
  UNABLE_TO_VERIFY_LEAF_SIGNATURE: ['denied', 'has a certificate of an unknown issuer', TRUST],
  UNABLE_TO_GET_ISSUER_CERT_LOCALLY: ['denied', 'has a certificate of an unknown issuer', TRUST],
  ERR_TLS_CERT_ALTNAME_INVALID: [
    'denied',
    'has a certificate for another name',
    'connect by a name it bears, or set tls.servername',
  ],
  ERR_SSL_WRONG_VERSION_NUMBER: ['garbage', 'does not speak TLS', TLS_ONLY],
  ERR_SSL_PACKET_LENGTH_TOO_LONG: ['garbage', 'does not speak TLS', TLS_ONLY],
  ERR_SSL_TLSV13_ALERT_CERTIFICATE_REQUIRED: [
    'denied',
    'wants a client certificate',
    'name one in the configuration (tls.cert and tls.key)',
  ],
  ERR_SSL_SSLV3_ALERT_HANDSHAKE_FAILURE: [
    'denied',
    'ended the TLS handshake',
    'see whether it wants a client certificate (tls.cert and tls.key)',
  ],
};

/** The first word of an error Redis itself answers with. */
const BY_REPLY: Readonly<Record<string, Words>> = {
  NOAUTH: ['denied', 'wants a password', 'set its password in the configuration'],
  WRONGPASS: ['denied', 'refuses the password', 'correct its password in the configuration'],
  LOADING: ['failed', 'is still loading its data', 'wait until it has loaded'],
  BUSY: ['failed', 'is busy with a script', 'wait, or end it with SCRIPT KILL'],
  MISCONF: ['failed', 'refuses writes: it cannot save to disk', 'see its disk and its log'],
  OOM: ['failed', 'refuses writes: its memory is full', 'flush it or raise maxmemory'],
  READONLY: ['failed', 'is a read-only replica', 'use the master'],
  MASTERDOWN: ['failed', 'has lost its master', 'see the master'],
  DENIED: ['denied', 'is in protected mode', 'set a password, or bind it to this network'],
};

/** The words of errors that have no first word of their own. */
function otherWords(message: string): Words | undefined {
  if (message.includes('max number of clients')) {
    return ['denied', 'has no room for another client', 'raise maxclients, or end idle clients'];
  }
  if (message.includes('invalid password')) return BY_REPLY['WRONGPASS'];
  if (message.includes('without any password') || message.includes('no password is set')) {
    return ['denied', 'has no password, but one was sent', 'remove it from the configuration'];
  }
  return undefined;
}

/** The error a connection that hung past its limit ends with. */
export function redisTimeout(where: string, timeoutMs: number, tls = false): OperatorError {
  const message = `Redis at ${where} did not answer within ${timeoutMs / 1000} s`;
  // A port without TLS waits for the end of a line that never comes.
  const other = tls ? ', or speaks no TLS there' : '';
  return new OperatorError('timeout', message, `see whether it hangs or is overloaded${other}`);
}

/** As `failed`, of a server that hung up without a word. */
export function redisHungUp(failed: OperatorError): OperatorError {
  if (!failed.message.endsWith('closed the connection')) return failed;
  const mend = 'if it wants TLS, write rediss://; else see its own log';
  return new OperatorError(failed.kind, failed.message, mend, failed.cause);
}

/** The error of a connection that brought more than an answer can be. */
export function redisFlood(where: string, maxBytes: number): OperatorError {
  const message = `Redis at ${where} answered more than ${maxBytes} bytes`;
  return new OperatorError('garbage', message, 'see what listens there');
}

/** The error of a command the ACL forbids, with the one line that would allow it. */
function forbidden(where: string, command: string, thrown: Error): OperatorError {
  const message = `Redis at ${where} does not let this user run ${command}`;
  const mend = `allow it with ACL SETUSER <user> +${command.toLowerCase()}, or use another user`;
  return new OperatorError('denied', message, mend, thrown);
}

/**
 * What the Redis client threw, in words an operator can act on.
 * @param where `host:port` or the path of its socket
 * @param command what was asked
 */
export function redisFailure(thrown: unknown, where: string, command = 'it'): OperatorError {
  if (thrown instanceof OperatorError) return thrown;
  if (!(thrown instanceof Error))
    return new OperatorError('failed', `Redis at ${where}: ${thrown}`);
  const reason = sanitizeLine(thrown.message).trim().slice(0, MAX_REASON_LENGTH);
  const code = 'code' in thrown ? String(thrown.code) : '';
  const reply = /^-?([A-Z]+)\b/.exec(thrown.message)?.[1] ?? '';
  if (reply === 'NOPERM') return forbidden(where, command, thrown);
  const words = BY_CODE[code] ?? BY_TLS_CODE[code] ?? BY_REPLY[reply] ?? otherWords(thrown.message);
  if (words !== undefined) {
    return new OperatorError(words[0], `Redis at ${where} ${words[1]}`, words[2], thrown);
  }
  if (/^(?:Protocol error|Unknown RESP type|Command queue state error)/.test(thrown.message)) {
    const mend = 'see what listens there; it is not Redis';
    return new OperatorError('garbage', `What listens at ${where} is no Redis`, mend, thrown);
  }
  if (/^(?:Connection is closed|Stream isn't)/.test(thrown.message)) {
    const message = `Redis at ${where} closed the connection`;
    return new OperatorError('unreachable', message, "see Redis' own log", thrown);
  }
  return new OperatorError('failed', `Redis at ${where}: ${reason}`, null, thrown);
}
