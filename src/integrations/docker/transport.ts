import { Agent, request } from 'node:http';
import { inspect } from 'node:util';
import type { DockerEndpoint, DockerTls } from './host.ts';
import { readTlsFiles } from './tls.ts';

/** Where requests go to, and through what. */
export interface Transport {
  readonly request: typeof request;
  readonly agent: Agent;
  readonly protocol: 'http' | 'https';
  readonly socketPath?: string;
  readonly host: string;
  readonly port?: number;
}

export interface TransportOptions {
  readonly tls: DockerTls | null;
  readonly sshConfigFile: string | null;
  readonly timeoutMs: number;
}

/**
 * Readings wait in the engine, each in its own connection. All are kept for the next time: to connect
 * costs more than to ask.
 */
const KEPT = { keepAlive: true, maxSockets: 48, maxFreeSockets: 48 } as const;
const PUBLIC_TLS: DockerTls = { ca: null, cert: null, key: null, verify: true };

/**
 * The library writes out all that belongs to a request, the agent with every one of its sockets
 * included, for a debug log nobody reads: tens of milliseconds a request. A short name ends that.
 */
function terse<T extends Agent>(agent: T): T {
  return Object.defineProperty(agent, inspect.custom, { value: () => agent.constructor.name });
}

/**
 * Prepares the way to an engine: connections are kept and used again. Connects nothing.
 * @throws OperatorError naming a certificate that cannot be read
 */
export async function openTransport(
  endpoint: DockerEndpoint,
  { tls, sshConfigFile, timeoutMs }: TransportOptions,
): Promise<Transport> {
  switch (endpoint.kind) {
    case 'unix':
      // The empty host keeps a DOCKER_HOST of the environment from winning over the path.
      return {
        agent: terse(new Agent(KEPT)),
        request,
        protocol: 'http',
        socketPath: endpoint.path,
        host: '',
      };
    case 'tcp': {
      const { host, port } = endpoint;
      if (!endpoint.tls) {
        return { agent: terse(new Agent(KEPT)), request, protocol: 'http', host, port };
      }
      const files = await readTlsFiles(tls ?? PUBLIC_TLS);
      // Loaded when first needed: most engines are on this host.
      const secure = await import('node:https');
      return {
        agent: terse(new secure.Agent({ ...KEPT, ...files })),
        request: secure.request,
        protocol: 'https',
        host,
        port,
      };
    }
    case 'ssh': {
      // Loaded when first needed: few engines are reached over SSH.
      const { SshAgent } = await import('./ssh.ts');
      const agent = terse(
        new SshAgent({ endpoint, connectTimeoutMs: timeoutMs, configFile: sshConfigFile }),
      );
      // The agent decides where to: here the host is only a name in a header.
      return { agent, request, protocol: 'http', host: 'docker', port: 80 };
    }
  }
}
