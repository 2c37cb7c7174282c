import { OperatorError } from '../../domain/operator-error.ts';

/** Where an engine listens, as `DOCKER_HOST` says it. */
export type DockerEndpoint =
  | { readonly kind: 'unix'; readonly path: string }
  | { readonly kind: 'tcp'; readonly host: string; readonly port: number; readonly tls: boolean }
  | {
      readonly kind: 'ssh';
      readonly host: string;
      /** Null where the SSH configuration decides. */
      readonly port: number | null;
      readonly user: string | null;
      /** The engine's socket on that host; null for where it usually is. */
      readonly socketPath: string | null;
    };

/** Certificates of a connection with TLS; paths of PEM files. */
export interface DockerTls {
  /** The authority that signed the engine's certificate; null for those this program knows. */
  readonly ca: string | null;
  /** This client's own certificate and key. */
  readonly cert: string | null;
  readonly key: string | null;
  /** False when the engine's certificate is not held against the authority. */
  readonly verify: boolean;
}

const DEFAULT_SOCKET = '/var/run/docker.sock';
const TCP_PORT = 2375;
const TLS_PORT = 2376;

function noAddress(host: string): OperatorError {
  // Of an address with a password in it, the password is not repeated.
  const shown = host.replace(/(\/\/[^/@:]*):[^/@]*@/, '$1:…@');
  return new OperatorError(
    'failed',
    `"${shown}" is no address of a Docker engine`,
    'set DOCKER_HOST to unix:///PATH, tcp://HOST:PORT or ssh://USER@HOST',
  );
}

/** A host name an option of a program cannot hide in. */
function hostOf(url: URL, host: string): string {
  const name = url.hostname.replace(/^\[|\]$/g, '');
  if (name === '' || name.startsWith('-') || !/^[\w.:%-]+$/.test(name)) throw noAddress(host);
  return name;
}

function sshEndpoint(url: URL, host: string): DockerEndpoint {
  let user: string;
  try {
    user = decodeURIComponent(url.username);
  } catch {
    throw noAddress(host);
  }
  const path = url.pathname;
  // The path is a word of a command line at the far end.
  if (!/^[\w./-]*$/.test(path) || path.includes('..')) throw noAddress(host);
  if (url.password !== '' || user.startsWith('-')) throw noAddress(host);
  return {
    kind: 'ssh',
    host: hostOf(url, host),
    port: url.port === '' ? null : Number(url.port),
    user: user === '' ? null : user,
    socketPath: path === '' || path === '/' ? null : path,
  };
}

/**
 * Reads `unix:///run/docker.sock`, `tcp://host:2375`, `https://host:2376`, `ssh://user@host`, or a
 * bare path.
 * @param tls true when certificates are configured: `tcp` then speaks TLS
 * @throws OperatorError('failed') when it is none of these
 */
export function parseDockerHost(host: string, tls = false): DockerEndpoint {
  if (host.startsWith('/')) return { kind: 'unix', path: host };
  if (host.startsWith('unix://')) {
    return { kind: 'unix', path: host.slice('unix://'.length) || DEFAULT_SOCKET };
  }
  // As tcp: the web's schemes would hide a port that is their own default.
  const url = URL.parse(host.replace(/^https?:/, 'tcp:'));
  switch (url?.protocol) {
    case 'tcp:': {
      const secure = tls || host.startsWith('https:');
      const port = url.port === '' ? (secure ? TLS_PORT : TCP_PORT) : Number(url.port);
      return { kind: 'tcp', host: hostOf(url, host), port, tls: secure };
    }
    case 'ssh:':
      return sshEndpoint(url, host);
    default:
      throw noAddress(host);
  }
}

/** The endpoint in words, for errors: `The Docker engine's socket /run/docker.sock`. */
export function describeEndpoint(endpoint: DockerEndpoint): string {
  switch (endpoint.kind) {
    case 'unix':
      return `The Docker engine's socket ${endpoint.path}`;
    case 'tcp':
      return `The Docker engine at ${endpoint.host}:${endpoint.port}`;
    case 'ssh':
      return `The Docker engine over SSH at ${endpoint.host}`;
  }
}
