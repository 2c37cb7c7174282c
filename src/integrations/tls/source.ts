import type { Certificate } from '../../domain/certificate.ts';
import type { Source } from '../../domain/source.ts';
import { readAuthority } from '../web/authority.ts';
import { certificateTrouble } from '../web/certificate.ts';
import { shakeHands } from './client.ts';

/** A certificate changes a few times a year. */
const CERTIFICATE_INTERVAL_MS = 300_000;

export interface CertificateOptions {
  readonly name: string;
  /** Asked at every poll: a container that was started again may have a new address. */
  readonly address: () => Promise<{ readonly host: string; readonly port: number }>;
  /** The name to ask for; the host of the address when not given. */
  readonly servername?: string | null;
  /** Path of the authority to hold it against; null for those this program and this system know. */
  readonly ca?: string | null;
  /** Files with the system's authorities; the usual ones when not given. */
  readonly bundles?: readonly string[];
  /** What is spoken before TLS. */
  readonly starttls?: 'postgres' | null;
  /** Every 5 minutes unless given. */
  readonly intervalMs?: number;
  readonly timeoutMs: number;
}

/**
 * Looks at the certificate a server presents. One that a client would refuse is a fact with its
 * problem; only where there is no handshake the source has failed.
 */
export function certificateSource(options: CertificateOptions): Source<'certificate'> {
  const { ca = null, intervalMs = CERTIFICATE_INTERVAL_MS, name, timeoutMs } = options;
  return {
    name,
    kind: 'certificate',
    intervalMs,
    timeoutMs,
    async poll(signal): Promise<Certificate> {
      const { host, port } = await options.address();
      const servername = options.servername ?? host;
      const authority = ca === null ? null : await readAuthority(ca);
      const { bundles, starttls = null } = options;
      const target = { host, port, servername, ca: authority, bundles, starttls, timeoutMs };
      const { certificate, code, latencyMs } = await shakeHands(target, signal);
      const { chain, ...told } = certificate;
      const trouble =
        code === null ? null : certificateTrouble(code, certificate, servername, Date.now());
      return {
        name,
        host,
        port,
        ...told,
        chain: chain.map(({ subject }) => subject),
        problem: trouble?.words ?? null,
        mend: trouble?.mend ?? null,
        latencyMs,
      };
    },
  };
}
