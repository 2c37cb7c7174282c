import { type ErrorKind, OperatorError } from '../../domain/operator-error.ts';
import { sanitizeLine } from '../../domain/sanitize.ts';

const MAX_REASON_LENGTH = 300;

type Words = readonly [kind: ErrorKind, says: string, mend: string];

const BY_CODE: Readonly<Record<string, Words>> = {
  ECONNREFUSED: ['unreachable', 'refuses connections', 'see whether the process runs'],
  ECONNRESET: ['unreachable', 'closed the connection mid-answer', 'see its own log'],
  EPIPE: ['unreachable', 'closed the connection mid-answer', 'see its own log'],
  UND_ERR_SOCKET: ['unreachable', 'closed the connection mid-answer', 'see its own log'],
  UND_ERR_RES_CONTENT_LENGTH_MISMATCH: [
    'unreachable',
    'closed the connection mid-answer',
    'see its own log',
  ],
  EHOSTUNREACH: ['unreachable', 'has no route from here', 'see whether its container runs'],
  ENETUNREACH: ['unreachable', 'has no route from here', 'see the network'],
  ENOTFOUND: ['unreachable', 'has a name nobody knows', 'correct its host name'],
  EAI_AGAIN: ['unreachable', 'has a name nobody knows', 'correct its host name'],
  ETIMEDOUT: ['timeout', 'did not answer', 'see whether it hangs'],
  UND_ERR_CONNECT_TIMEOUT: ['timeout', 'did not answer', 'see whether it hangs'],
};

/** An address as it may be shown: without the credentials it may carry. */
export function shownUrl(url: string): string {
  const parsed = URL.parse(url);
  if (parsed === null) return sanitizeLine(url);
  parsed.username = '';
  parsed.password = '';
  return sanitizeLine(parsed.href);
}

/** The error of a request that its time limit ended. */
export function requestTimeout(url: string, timeoutMs: number): OperatorError {
  const message = `${shownUrl(url)} did not answer within ${timeoutMs / 1000} s`;
  return new OperatorError('timeout', message, 'see whether the process hangs');
}

/** What the HTTP client threw for `url`, in words an operator can act on. */
export function requestFailure(thrown: unknown, url: string): OperatorError {
  if (thrown instanceof OperatorError) return thrown;
  const where = shownUrl(url);
  const code =
    typeof thrown === 'object' && thrown !== null && 'code' in thrown ? String(thrown.code) : '';
  const words = BY_CODE[code];
  if (words !== undefined) {
    return new OperatorError(words[0], `${where} ${words[1]}`, words[2], thrown);
  }
  // The library leaves the code of some parser errors out.
  if (thrown instanceof Error && thrown.name === 'HTTPParserError') {
    const mend = 'see what listens there';
    return new OperatorError('garbage', `${where} does not speak HTTP`, mend, thrown);
  }
  const reason = thrown instanceof Error ? thrown.message : String(thrown);
  const message = `${where}: ${sanitizeLine(reason).slice(0, MAX_REASON_LENGTH)}`;
  return new OperatorError('failed', message, null, thrown);
}
