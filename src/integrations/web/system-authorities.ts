import { readFile, stat } from 'node:fs/promises';

/** Where systems keep the authorities that curl and others trust: Debian and Alpine, Red Hat, SUSE. */
const SYSTEM_BUNDLES = [
  '/etc/ssl/certs/ca-certificates.crt',
  '/etc/pki/tls/certs/ca-bundle.crt',
  '/etc/ssl/ca-bundle.pem',
] as const;

/** A bundle of all the authorities of the world is a tenth of it. */
const MAX_BUNDLE_BYTES = 4 * 1024 * 1024;
const PEM = /-----BEGIN CERTIFICATE-----[^-]+-----END CERTIFICATE-----/g;

/** What the TLS library says when it knows nobody who vouches for a certificate. */
const UNVOUCHED: ReadonlySet<string> = new Set([
  'DEPTH_ZERO_SELF_SIGNED_CERT',
  'SELF_SIGNED_CERT_IN_CHAIN',
  'UNABLE_TO_GET_ISSUER_CERT',
  'UNABLE_TO_GET_ISSUER_CERT_LOCALLY',
  'UNABLE_TO_VERIFY_LEAF_SIGNATURE',
]);

/** Whether an authority more could change what is thought of a certificate. */
export const isUnvouched = (code: string | null): boolean => code !== null && UNVOUCHED.has(code);

const bare = (pem: string) => pem.replace(/\s/g, '');

/** The last bundle that was read: it is read again only when it has changed. */
let known: { readonly stamp: string; readonly own: readonly string[] } = { stamp: '', own: [] };

async function bundleAt(path: string): Promise<{ stamp: string; path: string } | null> {
  try {
    const { mtimeMs, size } = await stat(path);
    return size > MAX_BUNDLE_BYTES ? null : { stamp: `${path} ${mtimeMs} ${size}`, path };
  } catch {
    return null;
  }
}

/**
 * The authorities that were added to this system, as those of a company: what its bundle holds beyond
 * what this program knows. Those few cost nothing to look at, where the whole bundle would stop the
 * screen for a tenth of a second at each connection.
 * @returns PEM; none when there is no bundle that can be read
 */
export async function systemAuthorities(
  paths: readonly string[] = SYSTEM_BUNDLES,
): Promise<readonly string[]> {
  for (const path of paths) {
    const bundle = await bundleAt(path);
    if (bundle === null) continue;
    if (bundle.stamp === known.stamp) return known.own;
    const text = await readFile(path, 'utf8').catch(() => null);
    if (text === null) continue;
    const { rootCertificates } = await import('node:tls');
    const shipped = new Set(rootCertificates.map(bare));
    const own = (text.match(PEM) ?? []).filter((pem) => !shipped.has(bare(pem)));
    known = { stamp: bundle.stamp, own };
    return own;
  }
  return [];
}
