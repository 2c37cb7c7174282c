import { Resolver } from 'node:dns/promises';
import { OperatorError } from '../../domain/operator-error.ts';

const TRIES = 2;

/** What a name stands for. */
export interface Looked {
  /** IPv4 and IPv6 addresses, sorted; empty when it stands for none. */
  readonly addresses: readonly string[];
  /** The shortest time the answers may be kept; null without any. */
  readonly ttlMs: number | null;
}

const codeOf = (thrown: unknown) =>
  thrown instanceof Error && 'code' in thrown ? String(thrown.code) : '';

/** Answers that say there is nothing, as opposed to those that say nothing. */
const isAbsent = (thrown: unknown) => ['ENOTFOUND', 'ENODATA'].includes(codeOf(thrown));

/**
 * Asks name servers for the addresses of a name.
 * @param servers `address` or `address:port`; the system's own when empty
 * @throws OperatorError when none of them answers
 */
export async function lookUp(
  name: string,
  servers: readonly string[],
  timeoutMs: number,
  signal: AbortSignal,
): Promise<Looked> {
  signal.throwIfAborted();
  const resolver = new Resolver({ timeout: timeoutMs / TRIES, tries: TRIES });
  if (servers.length > 0) resolver.setServers(servers);
  const cancel = () => resolver.cancel();
  signal.addEventListener('abort', cancel, { once: true });
  try {
    const [four, six] = await Promise.allSettled([
      resolver.resolve4(name, { ttl: true }),
      resolver.resolve6(name, { ttl: true }),
    ]);
    signal.throwIfAborted();
    const found = [four, six].flatMap((one) => (one.status === 'fulfilled' ? one.value : []));
    const failed = [four, six].flatMap((one) => (one.status === 'rejected' ? [one.reason] : []));
    const silent = failed.find((reason) => !isAbsent(reason));
    if (found.length === 0 && silent !== undefined) {
      const words = `No name server tells what ${name} stands for (${codeOf(silent)})`;
      throw new OperatorError('unreachable', words, 'see the name servers of this host', silent);
    }
    const ttls = found.map(({ ttl }) => ttl * 1000);
    return {
      addresses: found.map(({ address }) => address).sort(),
      ttlMs: ttls.length === 0 ? null : Math.min(...ttls),
    };
  } finally {
    signal.removeEventListener('abort', cancel);
  }
}
