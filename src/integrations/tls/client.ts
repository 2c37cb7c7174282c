import { once } from 'node:events';
import { isIP, type Socket } from 'node:net';
import type { TLSSocket } from 'node:tls';
import { OperatorError } from '../../domain/operator-error.ts';
import { sanitizeLine } from '../../domain/sanitize.ts';
import { steadyMs, timeLimit } from '../../domain/time-limit.ts';
import { type Presented, presented } from '../web/certificate.ts';
import { webFailure, webTimeout } from '../web/failure.ts';
import { isUnvouched, systemAuthorities } from '../web/system-authorities.ts';
import { askPostgresForTls } from './starttls.ts';

export interface TlsTarget {
  readonly host: string;
  readonly port: number;
  /** The name that is asked for, and held against the certificate. */
  readonly servername: string;
  /** Authorities in PEM; null for those that this program knows and this system has added. */
  readonly ca: string | readonly string[] | null;
  /** Files with the system's authorities; the usual ones when not given. */
  readonly bundles?: readonly string[] | undefined;
  /** What is spoken before TLS; null for nothing. */
  readonly starttls: 'postgres' | null;
  /** The limit of the whole handshake. */
  readonly timeoutMs: number;
}

export interface Handshake {
  readonly certificate: Presented;
  /** What the TLS library calls the reason to refuse it; null when it would not. */
  readonly code: string | null;
  readonly latencyMs: number;
}

type Keep = <T extends Socket>(socket: T) => T;

/** The connection that TLS is spoken over when something else is spoken before. */
async function prepared(target: TlsTarget, where: string, keep: Keep): Promise<Socket> {
  const { connect } = await import('node:net');
  const socket = keep(connect({ host: target.host, port: target.port }));
  await once(socket, 'connect');
  await askPostgresForTls(socket, where);
  return socket;
}

async function secured(target: TlsTarget, where: string, keep: Keep): Promise<TLSSocket> {
  const { ca, host, port, servername, starttls } = target;
  const { checkServerIdentity, connect } = await import('node:tls');
  const way = starttls === null ? { host, port } : { socket: await prepared(target, where, keep) };
  const socket = keep(
    connect({
      ...way,
      // It is judged afterwards: what is wrong with it is what is to be shown.
      rejectUnauthorized: false,
      checkServerIdentity: (_, certificate) => checkServerIdentity(servername, certificate),
      // An IP address is no server name, but is held against the certificate all the same.
      ...(isIP(servername) === 0 ? { servername } : {}),
      ...(ca === null ? {} : { ca: typeof ca === 'string' ? ca : [...ca] }),
    }),
  );
  await once(socket, 'secureConnect');
  return socket;
}

/** As `secured`, given up when the signal is aborted: its sockets are destroyed then. */
function limited(target: TlsTarget, where: string, keep: Keep, limit: AbortSignal) {
  return new Promise<TLSSocket>((resolve, reject) => {
    limit.addEventListener('abort', () => reject(limit.reason), { once: true });
    secured(target, where, keep).then(resolve, reject);
  });
}

/** One handshake, hung up afterwards whatever comes of it. */
async function handshake(target: TlsTarget, where: string, limit: AbortSignal): Promise<Handshake> {
  let last: Socket | null = null;
  const keep: Keep = (socket) => {
    // After the handshake nobody listens any more, and an error without a listener ends the program.
    socket.on('error', () => undefined);
    last = socket;
    if (limit.aborted) socket.destroy();
    return socket;
  };
  const startedAt = steadyMs();
  try {
    const socket = await limited(target, where, keep, limit);
    const certificate = presented(socket.getPeerCertificate(true));
    if (certificate === null) {
      const message = `${where} presented no certificate`;
      throw new OperatorError('garbage', message, 'see its TLS settings');
    }
    const code = socket.authorized ? null : String(socket.authorizationError);
    return { certificate, code, latencyMs: steadyMs() - startedAt };
  } finally {
    // Only the outer one, which takes the inner with it: Node crashes when the inner goes first.
    (last as Socket | null)?.destroy();
  }
}

/** Looks again with the system's own authorities when nobody else vouches for the certificate. */
async function trusting(target: TlsTarget, where: string, limit: AbortSignal): Promise<Handshake> {
  const first = await handshake(target, where, limit);
  if (target.ca !== null || !isUnvouched(first.code)) return first;
  const ca = await systemAuthorities(target.bundles);
  if (ca.length === 0) return first;
  const second = await handshake({ ...target, ca }, where, limit);
  return isUnvouched(second.code) ? first : second;
}

/**
 * Makes a TLS handshake, looks at the certificate whether it is good or not, and hangs up.
 * @throws OperatorError in words when there is no handshake; the caller's own reason when it aborted
 */
export async function shakeHands(target: TlsTarget, signal: AbortSignal): Promise<Handshake> {
  signal.throwIfAborted();
  const where = sanitizeLine(`${target.host}:${target.port}`);
  const limit = AbortSignal.any([signal, timeLimit(target.timeoutMs)]);
  try {
    return await trusting(target, where, limit);
  } catch (thrown) {
    if (signal.aborted && signal.reason?.name !== 'TimeoutError') throw signal.reason;
    if (limit.aborted) throw webTimeout(where, target.timeoutMs);
    throw webFailure(thrown, where);
  }
}
