import type { Socket } from 'node:net';
import type { Readable } from 'node:stream';
import type { DetailedPeerCertificate, TLSSocket } from 'node:tls';
import type { Agent, buildConnector } from 'undici';
import { OperatorError } from '../../domain/operator-error.ts';
import { sanitizeLine } from '../../domain/sanitize.ts';
import { steadyMs, timeLimit } from '../../domain/time-limit.ts';
import { type CertificateTrouble, certificateTrouble, presented } from './certificate.ts';
import { shownUrl, webFailure, webTimeout } from './failure.ts';
import type { Outside } from './outside.ts';
import { isUnvouched, systemAuthorities } from './system-authorities.ts';

/** How a server's certificate is judged. */
export interface WebTls {
  /** Authorities in PEM, instead of those that this program knows and this system has added. */
  readonly ca?: string | readonly string[];
  /** Files with the system's authorities; the usual ones when not given. */
  readonly bundles?: readonly string[];
  /** Takes any certificate. */
  readonly insecure?: boolean;
  /** The name that is asked for where the address is an IP address. */
  readonly servername?: string;
}

export interface WebRequest {
  /** `http:` or `https:`; credentials in it are sent as basic authentication and never shown. */
  readonly url: string;
  readonly method?: 'GET' | 'HEAD' | 'POST' | 'PUT' | 'DELETE';
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string;
  /** The limit from connecting to the last byte. */
  readonly timeoutMs: number;
  /** A longer answer is an error; 1 MiB when it is not said. */
  readonly maxBytes?: number;
  /** The path of a socket to ask instead of the host of the address. */
  readonly unixSocket?: string;
  readonly tls?: WebTls;
  /** How its host is found and reached; as everybody does when not given. */
  readonly outside?: Outside;
  /** How many redirects are followed, without credentials to another origin; none when not said. */
  readonly maxRedirects?: number;
}

export interface WebAnswer {
  readonly status: number;
  /** By lower-case name, safe to show; values of the same name are joined by commas. */
  readonly headers: Readonly<Record<string, string>>;
  /** From connecting to the last byte. */
  readonly latencyMs: number;
  /** The address that gave the answer, as it may be shown; differs when redirects were followed. */
  readonly url: string;
  /** The body as it arrived, not sanitized. */
  readonly chunks: readonly Buffer[];
  /** The body as UTF-8, not sanitized. */
  text(): string;
}

const HTTP_PORT = 80;
const HTTPS_PORT = 443;
const MAX_ANSWER_BYTES = 1024 * 1024;

/** The connector's own refusal of a certificate; the words need the address to be whole. */
class CertificateRefusal extends Error {
  readonly code: string;
  readonly trouble: CertificateTrouble;
  constructor(code: string, trouble: CertificateTrouble) {
    super(trouble.words);
    this.code = code;
    this.trouble = trouble;
  }
}

function refusalOf(socket: object, asked: string): CertificateRefusal | null {
  if (!('authorized' in socket) || socket.authorized === true) return null;
  const { authorizationError, getPeerCertificate } = socket as TLSSocket;
  const peer = getPeerCertificate.call(socket, true) as DetailedPeerCertificate;
  const code = String(authorizationError);
  return new CertificateRefusal(code, certificateTrouble(code, presented(peer), asked, Date.now()));
}

type Undici = typeof import('undici');

/**
 * Connects first and judges the certificate then, before a byte of the request is sent: only with the
 * certificate at hand can be said since when it is expired or what names it is for.
 * @param opened takes every socket: the agent forgets those that are still connecting when it ends
 */
function connector(
  undici: Undici,
  options: WebRequest,
  signal: AbortSignal,
  opened: (socket: Socket) => void,
): buildConnector.connector {
  const { outside, timeoutMs, tls = {}, unixSocket } = options;
  const ca = typeof tls.ca === 'object' ? [...tls.ca] : tls.ca;
  const connect = undici.buildConnector({
    timeout: timeoutMs,
    allowH2: false,
    maxCachedSessions: 0,
    rejectUnauthorized: false,
    ...(ca === undefined ? {} : { ca }),
    ...(tls.servername === undefined ? {} : { servername: tls.servername }),
    ...(unixSocket === undefined ? {} : { socketPath: unixSocket }),
  });
  const dial: buildConnector.connector = (target, callback) => {
    // Its types hide that it returns the socket at once.
    const connecting: unknown = connect(target, (error, socket) => {
      if (error !== null) return callback(error, null);
      const asked = target.servername || tls.servername || target.hostname;
      const refusal = tls.insecure === true ? null : refusalOf(socket, asked);
      if (refusal === null) return callback(null, socket);
      socket.destroy();
      callback(refusal, null);
    });
    opened(connecting as Socket);
  };
  if (outside === undefined) return dial;
  return (target, callback) => {
    const usual = target.protocol === 'https:' ? HTTPS_PORT : HTTP_PORT;
    const asked = { servername: target.servername || target.hostname };
    outside.place(target.hostname, Number(target.port) || usual, signal).then(
      ({ host, port }) => dial({ ...target, ...asked, hostname: host, port: `${port}` }, callback),
      (error) => callback(error, null),
    );
  };
}

/**
 * Takes the whole answer off the connection as fast as it comes. The library's parser fails in a way
 * nobody can catch when the connection ends while its reader makes it wait.
 */
function collect(body: Readable, where: string, maxBytes: number): Promise<readonly Buffer[]> {
  return new Promise((resolve, reject) => {
    const chunks: Buffer[] = [];
    let bytes = 0;
    body.on('data', (chunk: Buffer) => {
      bytes += chunk.length;
      if (bytes <= maxBytes) return void chunks.push(chunk);
      const message = `${where} answered more than ${maxBytes} bytes`;
      body.destroy(new OperatorError('garbage', message, 'correct the path'));
    });
    body.on('end', () => resolve(chunks));
    body.on('error', reject);
  });
}

/** The address without its credentials, and those as a header. */
function withoutCredentials(url: string): { url: string; headers: Record<string, string> } {
  const parsed = new URL(url);
  const { password, username } = parsed;
  if (username === '' && password === '') return { url, headers: {} };
  parsed.username = '';
  parsed.password = '';
  const pair = `${decodeURIComponent(username)}:${decodeURIComponent(password)}`;
  const authorization = `Basic ${Buffer.from(pair).toString('base64')}`;
  return { url: parsed.href, headers: { authorization } };
}

function shownHeaders(headers: Readonly<Record<string, string | string[] | undefined>>) {
  const pairs = Object.entries(headers).map(([name, value]) => {
    const text = Array.isArray(value) ? value.join(', ') : (value ?? '');
    return [sanitizeLine(name).toLowerCase(), sanitizeLine(text)] as const;
  });
  return Object.fromEntries(pairs);
}

async function exchange(undici: Undici, agent: Agent, options: WebRequest, signal: AbortSignal) {
  const { body = null, maxBytes = MAX_ANSWER_BYTES, maxRedirects = 0, method = 'GET' } = options;
  const { headers, url } = withoutCredentials(options.url);
  const startedAt = steadyMs();
  const redirect = { maxRedirections: maxRedirects, throwOnMaxRedirect: true };
  const answer = await undici.request(url, {
    dispatcher: maxRedirects === 0 ? agent : agent.compose(undici.interceptors.redirect(redirect)),
    method,
    headers: { 'user-agent': 'opsconsole', ...headers, ...options.headers },
    body,
    signal,
    headersTimeout: options.timeoutMs,
    bodyTimeout: options.timeoutMs,
    // Nothing is kept open at a process in trouble.
    reset: true,
    // The reader must never be the one who pauses; the bound is kept in `collect`.
    highWaterMark: maxBytes,
  });
  const chunks = await collect(answer.body, shownUrl(url), maxBytes);
  const history = (answer.context as { history?: readonly URL[] } | null)?.history;
  return {
    status: answer.statusCode,
    headers: shownHeaders(answer.headers),
    latencyMs: steadyMs() - startedAt,
    url: shownUrl(history?.at(-1)?.href ?? url),
    chunks,
    text: () => Buffer.concat(chunks).toString('utf8'),
  };
}

/** One try, on a connection that is closed afterwards whatever comes of it. */
async function attempt(undici: Undici, options: WebRequest, signal: AbortSignal) {
  const sockets: Socket[] = [];
  const connect = connector(undici, options, signal, (socket) => sockets.push(socket));
  const agent = new undici.Agent({ connect, allowH2: false });
  try {
    return await exchange(undici, agent, options, signal);
  } finally {
    agent.destroy().catch(() => undefined);
    for (const socket of sockets) socket.destroy();
  }
}

/** Asks again with the system's own authorities when nobody else vouches for the certificate. */
async function trusting(undici: Undici, options: WebRequest, signal: AbortSignal) {
  try {
    return await attempt(undici, options, signal);
  } catch (thrown) {
    const { tls = {} } = options;
    const unvouched = thrown instanceof CertificateRefusal && isUnvouched(thrown.code);
    if (!unvouched || tls.ca !== undefined) throw thrown;
    const ca = await systemAuthorities(tls.bundles);
    if (ca.length === 0) throw thrown;
    return await attempt(undici, { ...options, tls: { ...tls, ca } }, signal);
  }
}

/**
 * Makes one HTTP request on a connection of its own, which is closed afterwards whatever comes of it.
 * Any complete answer is an answer, whatever its status.
 * @throws OperatorError in words when there is no complete answer; the caller's own reason when it
 * aborted
 */
export async function webRequest(options: WebRequest, signal: AbortSignal): Promise<WebAnswer> {
  signal.throwIfAborted();
  // Loaded at the first call, before its time runs: the first frame does not wait for it.
  const undici = (await import('undici')).default as Undici;
  const limit = AbortSignal.any([signal, timeLimit(options.timeoutMs)]);
  const where = shownUrl(options.url);
  try {
    return await trusting(undici, options, limit);
  } catch (thrown) {
    if (signal.aborted && signal.reason?.name !== 'TimeoutError') throw signal.reason;
    if (limit.aborted) throw webTimeout(where, options.timeoutMs);
    if (thrown instanceof CertificateRefusal) {
      const { mend, words } = thrown.trouble;
      throw new OperatorError('failed', `The certificate of ${where} ${words}`, mend, thrown);
    }
    throw webFailure(thrown, where);
  }
}
