import { type ErrorKind, OperatorError } from '../../domain/operator-error.ts';
import { sanitizeLine } from '../../domain/sanitize.ts';

const MAX_REASON_LENGTH = 300;

type Words = readonly [kind: ErrorKind, says: string, mend: string];

const CUT: Words = ['unreachable', 'closed the connection mid-answer', 'see its own log'];
const NAMELESS: Words = ['unreachable', 'has a name nobody knows', 'correct its host name'];
const SILENT: Words = ['timeout', 'did not answer', 'see whether it hangs'];
const NO_TLS: Words = ['garbage', 'does not speak TLS', 'correct its port, or use http://'];
const CIRCLE: Words = ['failed', 'redirects without end', 'correct the path'];

const BY_CODE: Readonly<Record<string, Words>> = {
  ECONNREFUSED: ['unreachable', 'refuses connections', 'see whether the process runs'],
  ECONNRESET: CUT,
  EPIPE: CUT,
  UND_ERR_SOCKET: CUT,
  UND_ERR_RES_CONTENT_LENGTH_MISMATCH: CUT,
  EHOSTUNREACH: ['unreachable', 'has no route from here', 'see whether its container runs'],
  ENETUNREACH: ['unreachable', 'has no route from here', 'see the network'],
  ENOTFOUND: NAMELESS,
  EAI_AGAIN: NAMELESS,
  ETIMEDOUT: SILENT,
  UND_ERR_CONNECT_TIMEOUT: SILENT,
  UND_ERR_HEADERS_TIMEOUT: SILENT,
  UND_ERR_BODY_TIMEOUT: SILENT,
  ENOENT: ['missing', 'has no socket', 'see whether the process runs'],
  EACCES: ['denied', 'may not be opened by this user', 'join the group that owns its socket'],
  EPERM: ['denied', 'may not be opened by this user', 'join the group that owns its socket'],
  UND_ERR_HEADERS_OVERFLOW: ['garbage', 'answered with too many headers', 'see what answers there'],
  ERR_INVALID_URL: ['failed', 'is no address', 'correct it in the configuration'],
  ERR_SSL_WRONG_VERSION_NUMBER: NO_TLS,
  ERR_SSL_PACKET_LENGTH_TOO_LONG: NO_TLS,
  ERR_SSL_HTTP_REQUEST: NO_TLS,
  ERR_SSL_UNEXPECTED_MESSAGE: NO_TLS,
};

/** An address as it may be shown: without the credentials it may carry. */
export function shownUrl(url: string): string {
  const parsed = URL.parse(url);
  if (parsed === null) return sanitizeLine(url);
  parsed.username = '';
  parsed.password = '';
  return sanitizeLine(parsed.href);
}

/** The error of a request to `where` that its time limit ended. */
export function webTimeout(where: string, timeoutMs: number): OperatorError {
  const message = `${where} did not answer within ${timeoutMs / 1000} s`;
  return new OperatorError('timeout', message, 'see whether the process hangs');
}

function codeOf(thrown: unknown): string {
  if (typeof thrown !== 'object' || thrown === null) return '';
  if ('code' in thrown && typeof thrown.code === 'string') return thrown.code;
  return 'cause' in thrown ? codeOf(thrown.cause) : '';
}

/** What TLS and HTTP say without a code of their own, or with one that says too little. */
function wordsOf(code: string, reason: string, name: string): Words | undefined {
  if (/before secure TLS connection/i.test(reason)) {
    return ['unreachable', 'closed the connection during the TLS handshake', 'see its own log'];
  }
  const alert = /^ERR_SSL_(?:SSL\/TLS|SSLV3|TLSV1|TLSV13)_(?:ALERT_)?(\w+)$/.exec(code)?.[1];
  if (alert !== undefined) {
    const why = alert.toLowerCase().replaceAll('_', ' ');
    return ['failed', `refused the TLS handshake: ${why}`, 'see its TLS settings'];
  }
  if (/^(redirect loop|max redirects)/i.test(reason)) return CIRCLE;
  // The library leaves the code of some parser errors out.
  if (name === 'HTTPParserError')
    return ['garbage', 'does not speak HTTP', 'see what listens there'];
  return BY_CODE[code];
}

/**
 * What a connection to `where` or a request there threw, in words an operator can act on.
 * @param where an address as it may be shown
 */
export function webFailure(thrown: unknown, where: string): OperatorError {
  if (thrown instanceof OperatorError) return thrown;
  const reason = thrown instanceof Error ? thrown.message : String(thrown);
  const name = thrown instanceof Error ? thrown.name : '';
  const words = wordsOf(codeOf(thrown), reason, name);
  if (words !== undefined) {
    return new OperatorError(words[0], `${where} ${words[1]}`, words[2], thrown);
  }
  const message = `${where}: ${sanitizeLine(reason).slice(0, MAX_REASON_LENGTH)}`;
  return new OperatorError('failed', message, null, thrown);
}
