import type { DetailedPeerCertificate } from 'node:tls';
import { sanitizeLine } from '../../domain/sanitize.ts';

const DAY_MS = 86_400_000;
const MAX_NAMES = 50;
const MAX_NAMES_IN_WORDS = 4;
const MAX_CHAIN = 10;
const MAX_NAME_LENGTH = 200;

/** What a server presented when it was asked for its certificate; every text is safe to show. */
export interface Presented {
  readonly subject: string;
  readonly issuer: string;
  /** The names and addresses it is valid for, at most 50. */
  readonly names: readonly string[];
  /** Epoch ms. */
  readonly notBefore: number;
  readonly notAfter: number;
  /** From the server's own to the last that is known, at most 10. */
  readonly chain: readonly Link[];
}

interface Link {
  readonly subject: string;
  readonly notAfter: number;
}

/** Why a certificate is not good, in words that follow "its certificate", and what mends it. */
export interface CertificateTrouble {
  readonly words: string;
  readonly mend: string;
}

const clean = (text: string) => sanitizeLine(text).slice(0, MAX_NAME_LENGTH);

type Name = Readonly<Record<string, string | readonly string[] | undefined>> | undefined;

/** How a certificate's owner is called: its common name, else its organisation. */
function called(name: Name): string {
  const part = name?.['CN'] ?? name?.['O'] ?? name?.['OU'];
  const text = typeof part === 'string' ? part : part?.[0];
  return text === undefined || text === '' ? 'nobody by name' : clean(text);
}

function namesOf(subjectAltName: string | undefined): readonly string[] {
  // Quoted where a name holds a comma, as only an attacker's does.
  const names = subjectAltName?.match(/(?:[^,"]|"(?:[^"\\]|\\.)*")+/g) ?? [];
  return names.slice(0, MAX_NAMES).map((name) => clean(name.replace(/^\s*[\w ]+:/, '').trim()));
}

/** The certificate of a TLS connection as Node tells it; null when none was presented. */
export function presented(peer: DetailedPeerCertificate | undefined): Presented | null {
  if (peer?.valid_to === undefined) return null;
  const chain: Link[] = [];
  const seen = new Set<string>();
  let link: DetailedPeerCertificate | undefined = peer;
  while (link?.valid_to !== undefined && !seen.has(link.fingerprint256)) {
    if (chain.length === MAX_CHAIN) break;
    seen.add(link.fingerprint256);
    chain.push({ subject: called(link.subject), notAfter: Date.parse(link.valid_to) });
    link = link.issuerCertificate;
  }
  return {
    subject: called(peer.subject),
    issuer: called(peer.issuer),
    names: namesOf(peer.subjectaltname),
    notBefore: Date.parse(peer.valid_from),
    notAfter: Date.parse(peer.valid_to),
    chain,
  };
}

function ago(ms: number): string {
  const days = Math.floor(ms / DAY_MS);
  if (days >= 1) return `${days} ${days === 1 ? 'day' : 'days'} ago`;
  const hours = Math.floor(ms / 3_600_000);
  if (hours >= 1) return `${hours} ${hours === 1 ? 'hour' : 'hours'} ago`;
  return 'less than an hour ago';
}

function expired({ chain, notAfter }: Presented, now: number): CertificateTrouble {
  if (notAfter < now) return { words: `expired ${ago(now - notAfter)}`, mend: 'renew it' };
  const link = chain.find((one) => one.notAfter < now);
  if (link === undefined) return { words: 'has expired by its clock', mend: 'compare the clocks' };
  const words = `rests on ${link.subject}, which expired ${ago(now - link.notAfter)}`;
  return { words, mend: 'give the server the chain that is valid now' };
}

function wrongName({ names, subject }: Presented, asked: string): CertificateTrouble {
  const all = names.length === 0 ? [subject] : names;
  const more =
    all.length > MAX_NAMES_IN_WORDS ? ` and ${all.length - MAX_NAMES_IN_WORDS} more` : '';
  const list = `${all.slice(0, MAX_NAMES_IN_WORDS).join(', ')}${more}`;
  const words = `is for ${list}, not for ${clean(asked)}`;
  return { words, mend: 'ask for a name it is for, or renew it with this one' };
}

const TRUST = 'name its authority as ca in the configuration';

/**
 * Why a client refuses a certificate.
 * @param code what the TLS library calls it
 * @param asked the name the server was asked by
 * @param now epoch ms
 */
export function certificateTrouble(
  code: string,
  certificate: Presented | null,
  asked: string,
  now: number,
): CertificateTrouble {
  if (certificate === null) return { words: 'was not presented', mend: 'see what listens there' };
  const { chain, issuer, notBefore } = certificate;
  switch (code) {
    case 'CERT_HAS_EXPIRED':
      return expired(certificate, now);
    case 'CERT_NOT_YET_VALID': {
      const from = new Date(notBefore).toISOString();
      return { words: `is not valid before ${from}`, mend: 'compare the clocks' };
    }
    case 'DEPTH_ZERO_SELF_SIGNED_CERT':
      return { words: 'is self-signed', mend: 'name it as ca in the configuration' };
    case 'SELF_SIGNED_CERT_IN_CHAIN': {
      const root = chain.at(-1)?.subject ?? issuer;
      return { words: `comes from ${root}, which is not trusted here`, mend: TRUST };
    }
    case 'UNABLE_TO_VERIFY_LEAF_SIGNATURE':
    case 'UNABLE_TO_GET_ISSUER_CERT':
    case 'UNABLE_TO_GET_ISSUER_CERT_LOCALLY': {
      const last = chain.length > 1 ? 'its chain ends before a known authority' : null;
      const words = `comes from ${issuer}, which is not known here`;
      const mend = `let the server send the whole chain, or ${TRUST}`;
      return { words: last === null ? words : `${words}: ${last}`, mend };
    }
    case 'ERR_TLS_CERT_ALTNAME_INVALID':
      return wrongName(certificate, asked);
    default:
      return { words: `is refused: ${clean(code)}`, mend: 'see the certificate' };
  }
}
