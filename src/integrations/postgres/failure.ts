import { type ErrorKind, OperatorError } from '../../domain/operator-error.ts';
import { sanitizeLine } from '../../domain/sanitize.ts';

const MAX_REASON_LENGTH = 300;

type Words = readonly [kind: ErrorKind, says: string, mend: string | null];

const NO_ROUTE: Words = ['unreachable', 'has no route from here', 'see whether its host runs'];
const NO_NAME: Words = ['unreachable', 'has a name nobody knows', 'correct its host name'];
const CLOSED: Words = ['unreachable', 'closed the connection', 'see its own log'];
const UNTRUSTED: Words = [
  'denied',
  'has a certificate that no known authority signed',
  'name its authority in ca',
];

const BY_CODE: Readonly<Record<string, Words>> = {
  ECONNREFUSED: ['unreachable', 'refuses connections', 'see whether PostgreSQL runs'],
  ECONNRESET: CLOSED,
  EPIPE: CLOSED,
  ETIMEDOUT: ['timeout', 'did not answer', 'see whether it hangs or its network is cut'],
  EHOSTUNREACH: NO_ROUTE,
  ENETUNREACH: NO_ROUTE,
  ENOTFOUND: NO_NAME,
  EAI_AGAIN: NO_NAME,
  ENOENT: ['unreachable', 'has no socket there', 'see whether PostgreSQL runs, and its folder'],
  EACCES: ['denied', 'may not be dialled: permission denied on its socket', 'see who may use it'],
  CERT_HAS_EXPIRED: ['denied', 'has a certificate that has expired', 'renew it'],
  ERR_TLS_CERT_ALTNAME_INVALID: [
    'denied',
    'has a certificate for another name',
    'use the name in its certificate, or renew it',
  ],
  DEPTH_ZERO_SELF_SIGNED_CERT: UNTRUSTED,
  SELF_SIGNED_CERT_IN_CHAIN: UNTRUSTED,
  UNABLE_TO_VERIFY_LEAF_SIGNATURE: UNTRUSTED,
  UNABLE_TO_GET_ISSUER_CERT_LOCALLY: UNTRUSTED,
};

/** SQLSTATEs; the server's own words follow those that end with a colon. */
const BY_STATE: Readonly<Record<string, Words>> = {
  '08P01': ['failed', 'refuses how this console connects:', 'connect to it, not to a pooler'],
  '25P03': ['failed', 'closed the connection: idle in a transaction', null],
  '25006': ['failed', 'takes no changes here:', 'see whether it is a standby; use the primary'],
  '28000': ['denied', 'lets this user not in:', 'see its pg_hba.conf and the user in the region'],
  '28P01': ['denied', 'refuses the password', 'correct the user or its password'],
  '3D000': ['missing', 'lacks the database:', 'correct its name in the configuration'],
  '42501': ['denied', 'lets this user not read:', 'grant pg_monitor to the user'],
  '53100': ['failed', 'has no space left on its disk:', 'free space on its disk first'],
  '53300': [
    'failed',
    'has no connection left:',
    'end idle ones on its host as a superuser, or raise max_connections',
  ],
  '53200': ['failed', 'is out of memory:', 'see the memory of its host'],
  '55P03': ['timeout', 'has a catalogue locked', 'see who holds the lock'],
  '57014': ['timeout', 'took too long and was asked to stop', 'see whether it is overloaded'],
  '57P01': ['unreachable', 'ended this connection:', 'see whether it was restarted'],
  '57P02': ['unreachable', 'crashed and restarts:', 'see its own log'],
  '57P03': ['unreachable', 'takes no connections now:', 'wait, and see its own log'],
};

/** The error of a server that did not answer in time. */
export function postgresTimeout(where: string, timeoutMs: number): OperatorError {
  const message = `PostgreSQL at ${where} did not answer within ${timeoutMs / 1000} s`;
  return new OperatorError('timeout', message, 'see whether it hangs or is overloaded');
}

/** The error of a server that wants a password where none is known. */
export function passwordWanted(where: string): OperatorError {
  const message = `PostgreSQL at ${where} wants a password`;
  return new OperatorError('denied', message, 'set its password in the configuration');
}

/** The error of something that does not speak PostgreSQL's protocol. */
export function noPostgres(where: string, cause?: unknown): OperatorError {
  const mend = 'see what listens there; it is not PostgreSQL';
  return new OperatorError('garbage', `What listens at ${where} is no PostgreSQL`, mend, cause);
}

/** True for an error the server answered with and after which it goes on serving the connection. */
export function isReply(thrown: unknown): boolean {
  return stateOf(thrown) !== null && !/^(?:FATAL|PANIC)$/.test(severityOf(thrown));
}

/** The SQLSTATE an error rests on; null where the server answered with none. */
export function sqlStateOf(thrown: unknown): string | null {
  return stateOf(thrown instanceof OperatorError ? thrown.cause : thrown);
}

/** The SQLSTATE of what the server answered; null for what was no answer. */
function stateOf(thrown: unknown): string | null {
  const code = fieldOf(thrown, 'code');
  return code !== null && severityOf(thrown) !== '' && /^[0-9A-Z]{5}$/.test(code) ? code : null;
}

const severityOf = (thrown: unknown): string => fieldOf(thrown, 'severity') ?? '';

function fieldOf(thrown: unknown, name: 'code' | 'severity'): string | null {
  if (!(thrown instanceof Error) || !(name in thrown)) return null;
  const value: unknown = (thrown as Error & Readonly<Record<string, unknown>>)[name];
  return typeof value === 'string' ? value : null;
}

/** What the library's SCRAM says when it cannot take part. */
function authenticationWords(message: string): Words | undefined {
  if (!message.startsWith('SASL')) return undefined;
  return ['denied', 'could not agree on how to log in:', 'see its password_encryption and log'];
}

/** What the library threw, in words an operator can act on; `where` is `host:port` or a path. */
export function postgresFailure(thrown: unknown, where: string): OperatorError {
  if (thrown instanceof OperatorError) return thrown;
  const told = thrown instanceof Error ? thrown.message : String(thrown);
  const reason = sanitizeLine(told).trim().slice(0, MAX_REASON_LENGTH);
  const words =
    BY_STATE[stateOf(thrown) ?? ''] ??
    BY_CODE[fieldOf(thrown, 'code') ?? ''] ??
    authenticationWords(told);
  if (words !== undefined) {
    const [kind, says, mend] = words;
    const why = says.endsWith(':') ? `${says} ${reason}` : says;
    return new OperatorError(kind, `PostgreSQL at ${where} ${why}`, mend, thrown);
  }
  if (told.startsWith('received invalid response') || told.startsWith('Received unexpected')) {
    return noPostgres(where, thrown);
  }
  if (/^(?:Connection terminated|Client (?:has encountered|was closed))/.test(told)) {
    return new OperatorError('unreachable', `PostgreSQL at ${where} ${CLOSED[1]}`, CLOSED[2]);
  }
  return new OperatorError('failed', `PostgreSQL at ${where}: ${reason}`, null, thrown);
}
