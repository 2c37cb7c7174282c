/** A disk, without what the world keeps account of itself. */
interface Disk {
  readonly sizeBytes: number;
  /** What lies on it that nothing in the world is. */
  readonly otherBytes: number;
}

/** Who knocks at the region's door again and again. */
interface Attack {
  readonly address: string;
  readonly perSecond: number;
}

/** What a build left behind, so that the next one is quicker. */
interface BuildCache {
  readonly id: string;
  readonly sizeBytes: number;
  readonly description: string;
}

/** The place of a region: all that is around its containers. */
export interface Site {
  /** Its own public address, at which its host's ports are; null where nobody knows one. */
  readonly address: string | null;
  /** What public names stand for: host name → IPv4 address. */
  readonly names: Readonly<Record<string, string>>;
  readonly ttlSeconds: number;
  /** False: nothing reaches it from outside. */
  readonly reachable: boolean;
  /** Whether who issues certificates can reach this place, and wants to. */
  readonly issuer: 'answers' | 'unreachable' | 'limits';
  /** The certificate that the proxy keeps on its volume. Times are epoch ms. */
  readonly certificate: {
    readonly notBefore: number;
    readonly notAfter: number;
    readonly serial: number;
  };
  readonly host: { readonly memoryBytes: number; readonly cpus: number };
  /** Where the engine keeps its things, and where the database does. */
  readonly disks: { readonly engine: Disk; readonly data: Disk };
  /** What builds left behind at the engine. */
  readonly buildCache: readonly BuildCache[];
  /** Bytes of the host's journal. */
  readonly journalBytes: number;
  /** Addresses that the firewall drops. */
  readonly blocked: readonly string[];
  readonly attack: Attack | null;
  /** A database elsewhere that follows this one's; null where there is none. */
  readonly standby: { readonly host: string; readonly writable: boolean } | null;
}

const GIB = 1024 ** 3;
const DAY_MS = 86_400_000;
const CERTIFICATE_MS = 90 * DAY_MS;
/** How long a certificate of a place in good order is good for still. */
const LEFT_MS = 61 * DAY_MS;

/** @param name what its id begins with */
export function cached(name: string, sizeBytes: number, of: string): BuildCache {
  return { id: name.padEnd(25, '0'), sizeBytes, description: `mount / from exec ${of}` };
}

/** What a system says of the place it stands at, beyond a plain host. */
export type SiteSeed = Partial<Site>;

/** A place in good order. @param now epoch ms */
export function siteOf(seed: SiteSeed, now: number): Site {
  return {
    address: null,
    names: {},
    ttlSeconds: 300,
    reachable: true,
    issuer: 'answers',
    certificate: { notBefore: now + LEFT_MS - CERTIFICATE_MS, notAfter: now + LEFT_MS, serial: 1 },
    host: { memoryBytes: 16 * GIB, cpus: 4 },
    disks: {
      engine: { sizeBytes: 80 * GIB, otherBytes: 9 * GIB },
      data: { sizeBytes: 40 * GIB, otherBytes: 6 * GIB },
    },
    buildCache: [cached('vxq0k1', 0.4 * GIB, 'dependencies')],
    journalBytes: 0.6 * GIB,
    blocked: [],
    attack: null,
    standby: null,
    ...seed,
  };
}

/** Issuers let a certificate begin earlier: clocks differ. */
const BACKDATED_MS = 3_600_000;

/** A certificate that was issued at this moment. */
export function renewed({ certificate }: Site, now: number): Site['certificate'] {
  return {
    notBefore: now - BACKDATED_MS,
    notAfter: now + CERTIFICATE_MS,
    serial: certificate.serial + 1,
  };
}
