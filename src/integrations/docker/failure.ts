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

/** The engine's own words of an HTTP error: dockerode leaves them in `json`. */
function reasonOf(thrown: Error): string {
  const json: unknown = 'json' in thrown ? thrown.json : null;
  const message =
    typeof json === 'object' && json !== null && 'message' in json
      ? String(json.message)
      : thrown.message;
  return sanitizeLine(message).trim().slice(0, MAX_REASON_LENGTH);
}

function fromStatus(status: number, reason: string, cause: Error): OperatorError {
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
  if (timedOut) {
    const message = `${where} did not answer within ${timeoutMs / 1000} s`;
    return new OperatorError('timeout', message, 'see whether the engine hangs', thrown);
  }
  if (!(thrown instanceof Error)) return new OperatorError('failed', `${where}: ${thrown}`);
  if ('statusCode' in thrown && typeof thrown.statusCode === 'number') {
    return fromStatus(thrown.statusCode, reasonOf(thrown), thrown);
  }
  const code = 'code' in thrown ? String(thrown.code) : '';
  const words = BY_CODE[SAME_AS_RESET.has(code) ? 'ECONNRESET' : code];
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
