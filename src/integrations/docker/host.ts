import { OperatorError } from '../../domain/operator-error.ts';

/** Where an engine listens, as `DOCKER_HOST` says it. */
export type DockerEndpoint =
  | { readonly kind: 'unix'; readonly path: string }
  | { readonly kind: 'tcp'; readonly host: string; readonly port: number }
  | { readonly kind: 'ssh'; readonly host: string; readonly port: number; readonly user: string };

const DEFAULT_SOCKET = '/var/run/docker.sock';
const DEFAULT_TCP_PORT = 2375;
const DEFAULT_SSH_PORT = 22;

/**
 * Reads `unix:///run/docker.sock`, `tcp://host:2375`, `ssh://user@host`, or a bare path.
 * @throws OperatorError('failed') when it is none of these
 */
export function parseDockerHost(host: string): DockerEndpoint {
  if (host.startsWith('/')) return { kind: 'unix', path: host };
  if (host.startsWith('unix://')) {
    return { kind: 'unix', path: host.slice('unix://'.length) || DEFAULT_SOCKET };
  }
  const url = URL.parse(host);
  const scheme = url?.protocol;
  if (url !== null && url.hostname !== '') {
    if (scheme === 'tcp:' || scheme === 'http:') {
      const port = url.port === '' ? DEFAULT_TCP_PORT : Number(url.port);
      return { kind: 'tcp', host: url.hostname, port };
    }
    if (scheme === 'ssh:') {
      const port = url.port === '' ? DEFAULT_SSH_PORT : Number(url.port);
      return { kind: 'ssh', host: url.hostname, port, user: decodeURIComponent(url.username) };
    }
  }
  throw new OperatorError(
    'failed',
    `"${host}" is no address of a Docker engine`,
    'set DOCKER_HOST to unix:///PATH, tcp://HOST:PORT or ssh://USER@HOST',
  );
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
