import { Agent } from 'node:http';
import { Agent as SecureAgent } from 'node:https';
import { inspect } from 'node:util';
import type { DockerEndpoint, DockerTls } from './host.ts';
import { SshAgent } from './ssh.ts';
import { readTlsFiles } from './tls.ts';

/** Where a client of the library connects to, and through what. */
export interface Transport {
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

/** Readings wait in the engine, each in its own connection; few are kept for the next time. */
const KEPT = { keepAlive: true, maxSockets: 48, maxFreeSockets: 16 } as const;
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
        protocol: 'http',
        socketPath: endpoint.path,
        host: '',
      };
    case 'tcp': {
      const { host, port } = endpoint;
      if (!endpoint.tls) return { agent: terse(new Agent(KEPT)), protocol: 'http', host, port };
      const files = await readTlsFiles(tls ?? PUBLIC_TLS);
      return {
        agent: terse(new SecureAgent({ ...KEPT, ...files })),
        protocol: 'https',
        host,
        port,
      };
    }
    case 'ssh': {
      const agent = terse(
        new SshAgent({ endpoint, connectTimeoutMs: timeoutMs, configFile: sshConfigFile }),
      );
      // The agent decides where to: here the host is only a name in a header.
      return { agent, protocol: 'http', host: 'docker', port: 80 };
    }
  }
}
