import { type ErrorKind, OperatorError } from '../../domain/operator-error.ts';
import { sanitizeLine } from '../../domain/sanitize.ts';
import { type DockerEndpoint, describeEndpoint } from './host.ts';

const MAX_REASON_LENGTH = 300;

interface Words {
  readonly kind: ErrorKind;
  readonly says: string;
  readonly mend: string | null;
}

const BY_CODE: Readonly<Record<string, Words>> = {
  ENOENT: {
    kind: 'unreachable',
    says: 'does not exist',
    mend: 'start the engine or set DOCKER_HOST',
  },
  EACCES: {
    kind: 'denied',
    says: 'may not be opened by this user',
    mend: 'add your user to the docker group or run with sudo',
  },
  ECONNREFUSED: {
    kind: 'unreachable',
    says: 'refuses connections: no engine listens there',
    mend: 'start the engine or set DOCKER_HOST',
  },
  ECONNRESET: {
    kind: 'unreachable',
    says: 'closed the connection before it had answered',
    mend: "see the engine's own log",
  },
  ETIMEDOUT: { kind: 'timeout', says: 'did not answer', mend: 'see whether its host is up' },
  EHOSTUNREACH: { kind: 'unreachable', says: 'has no route from here', mend: 'see the network' },
  ENETUNREACH: { kind: 'unreachable', says: 'has no route from here', mend: 'see the network' },
  ENOTFOUND: { kind: 'unreachable', says: 'has a name nobody knows', mend: 'set DOCKER_HOST' },
  EAI_AGAIN: { kind: 'unreachable', says: 'has a name nobody knows', mend: 'set DOCKER_HOST' },
};

const SAME_AS_RESET = new Set(['EPIPE', 'ERR_STREAM_PREMATURE_CLOSE']);

/** What the far end's certificate, or its answer to ours, is called by the TLS library. */
const TLS_WORDS: readonly (readonly [pattern: RegExp, words: Words])[] = [
  [
    /WRONG.VERSION.NUMBER|PACKET.LENGTH.TOO.LONG/i,
    {
      kind: 'garbage',
      says: 'does not speak TLS',
      mend: 'unset DOCKER_TLS_VERIFY and DOCKER_CERT_PATH, or correct the port',
    },
  ],
  [
    /ALTNAME_INVALID/,
    {
      kind: 'denied',
      says: 'shows a certificate of another name',
      mend: 'use a host name that its certificate has',
    },
  ],
  [
    /CERT_HAS_EXPIRED|CERTIFICATE_EXPIRED/,
    { kind: 'denied', says: 'shows a certificate that has expired', mend: 'renew it there' },
  ],
  [
    /SELF_SIGNED|UNABLE_TO_(?:VERIFY|GET)|CERT_UNTRUSTED|CERT_SIGNATURE_FAILURE/,
    {
      kind: 'denied',
      says: 'shows a certificate that the known authority did not sign',
      mend: "put the authority's certificate in DOCKER_CERT_PATH as ca.pem",
    },
  ],
  [
    /CERTIFICATE_REQUIRED|BAD_CERTIFICATE|UNKNOWN_CA|HANDSHAKE_FAILURE|CERTIFICATE_UNKNOWN/,
    {
      kind: 'denied',
      says: "does not accept this client's certificate",
      mend: 'put cert.pem and key.pem, signed by its authority, in DOCKER_CERT_PATH',
    },
  ],
];

/** How the engine itself answers one who does not speak TLS to it. */
const WANTS_TLS = /HTTP request to an HTTPS server/;

function tlsWords(text: string): Words | undefined {
  return TLS_WORDS.find(([pattern]) => pattern.test(text))?.[1];
}

function wordsOf(code: string, message: string): Words | undefined {
  const known = BY_CODE[SAME_AS_RESET.has(code) ? 'ECONNRESET' : code];
  return known ?? tlsWords(code === 'EPROTO' ? message : code);
}

/** The engine's own words of an HTTP error, in `json` or behind the library's own words. */
function reasonOf(thrown: Error): string {
  const json: unknown = 'json' in thrown ? thrown.json : null;
  const message =
    typeof json === 'object' && json !== null && 'message' in json
      ? String(json.message)
      : thrown.message.replace(/^\(HTTP code \d+\) [\w ]+ - /, '');
  return sanitizeLine(message).trim().slice(0, MAX_REASON_LENGTH);
}

function fromStatus(status: number, said: string, cause: Error): OperatorError {
  const reason = said === '' ? `${status} without a word` : said;
  if (WANTS_TLS.test(reason)) {
    const mend = 'set DOCKER_TLS_VERIFY=1, and DOCKER_CERT_PATH to the folder of ca.pem';
    return new OperatorError('denied', 'The Docker engine wants TLS', mend, cause);
  }
  if (/logging driver does not support reading/.test(reason)) {
    const mend = 'read it where that driver sends it';
    const message = "The container's log driver keeps nothing that could be read";
    return new OperatorError('missing', message, mend, cause);
  }
  if (status === 404 && said === '') {
    const mend = 'see what listens there; it may be no Docker engine';
    return new OperatorError('missing', 'Docker: 404 without a word', mend, cause);
  }
  if (status === 404) return new OperatorError('missing', `Docker: ${reason}`, null, cause);
  if (status === 401 || status === 403) {
    const mend = 'use an account the engine allows to do this';
    return new OperatorError('denied', `The Docker engine denies it: ${reason}`, mend, cause);
  }
  const message = `The Docker engine answered ${status}: ${reason}`;
  return new OperatorError('failed', message, "see the engine's own log", cause);
}

/**
 * What the Docker client threw, in words an operator can act on.
 * @param timedOut the call's own time limit ended it
 */
export function dockerFailure(
  thrown: unknown,
  endpoint: DockerEndpoint,
  timeoutMs: number,
  timedOut: boolean,
): OperatorError {
  if (thrown instanceof OperatorError) return thrown;
  const where = describeEndpoint(endpoint);
  if (thrown instanceof Error && thrown.cause instanceof OperatorError) return thrown.cause;
  if (timedOut) {
    const message = `${where} did not answer within ${timeoutMs / 1000} s`;
    return new OperatorError('timeout', message, 'see whether the engine hangs', thrown);
  }
  if (!(thrown instanceof Error)) return new OperatorError('failed', `${where}: ${thrown}`);
  if ('statusCode' in thrown && typeof thrown.statusCode === 'number') {
    return fromStatus(thrown.statusCode, reasonOf(thrown), thrown);
  }
  const code = 'code' in thrown ? String(thrown.code) : '';
  const words = wordsOf(code, thrown.message);
  if (words !== undefined) {
    return new OperatorError(words.kind, `${where} ${words.says}`, words.mend, thrown);
  }
  if (code.startsWith('HPE_')) {
    const mend = 'see what listens there; it is not a Docker engine';
    return new OperatorError('garbage', `${where} does not speak HTTP`, mend, thrown);
  }
  return new OperatorError('unreachable', `${where}: ${reasonOf(thrown)}`, null, thrown);
}

/** What a call throws when its caller ended it: a timeout in words, or the caller's own reason. */
export function dockerCancelled(reason: unknown, endpoint: DockerEndpoint): unknown {
  if (!(reason instanceof Error) || reason.name !== 'TimeoutError') return reason;
  const message = `${describeEndpoint(endpoint)} did not answer in time`;
  return new OperatorError('timeout', message, 'see whether the engine hangs', reason);
}
