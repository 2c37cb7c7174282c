import { createSign, generateKeyPairSync, type KeyObject } from 'node:crypto';

// X.509 of ECDSA keys in DER: no library of this program writes certificates.

/** A certificate and its key, in PEM. */
interface Issued {
  readonly cert: string;
  readonly key: string;
}

/** What a certificate says. Times are epoch ms. */
interface Wanted {
  readonly subject: string;
  /** Host names it is for; none for an authority. */
  readonly names: readonly string[];
  readonly notBefore: number;
  readonly notAfter: number;
  readonly serial: number;
}

const TAG = {
  boolean: 0x01,
  integer: 0x02,
  bits: 0x03,
  octets: 0x04,
  oid: 0x06,
  utf8: 0x0c,
  time: 0x18,
  sequence: 0x30,
  set: 0x31,
} as const;
const OID = {
  ecdsaWithSha256: '2a8648ce3d040302',
  commonName: '550403',
  basicConstraints: '551d13',
  alternativeNames: '551d11',
} as const;
const CONTEXT = 0xa0;
const DNS_NAME = 0x82;

function der(tag: number, ...parts: readonly Buffer[]): Buffer {
  const body = Buffer.concat(parts);
  const { length } = body;
  const head =
    length < 0x80 ? [tag, length] : length < 0x100 ? [tag, 0x81, length] : [tag, 0x82, length >> 8];
  return Buffer.concat([Buffer.from(length < 0x100 ? head : [...head, length & 0xff]), body]);
}

const sequence = (...parts: readonly Buffer[]) => der(TAG.sequence, ...parts);
const oid = (hex: string) => der(TAG.oid, Buffer.from(hex, 'hex'));
const text = (tag: number, words: string) => der(tag, Buffer.from(words));
/** A positive number: its first bit is its sign. */
const number = (value: number) => {
  const hex = value.toString(16);
  const bytes = Buffer.from(hex.length % 2 === 0 ? hex : `0${hex}`, 'hex');
  const sign = (bytes[0] ?? 0) > 0x7f ? [0] : [];
  return der(TAG.integer, Buffer.from(sign), bytes);
};
const nameOf = (words: string) =>
  sequence(der(TAG.set, sequence(oid(OID.commonName), text(TAG.utf8, words))));
const time = (ms: number) =>
  text(TAG.time, `${new Date(ms).toISOString().replace(/[-:T]|\.\d+Z/g, '')}Z`);

function extension(id: string, critical: boolean, value: Buffer): Buffer {
  const flag = critical ? [der(TAG.boolean, Buffer.from([0xff]))] : [];
  return sequence(oid(id), ...flag, der(TAG.octets, value));
}

function extensionsOf({ names }: Wanted): Buffer {
  const authority = names.length === 0;
  const constraints = sequence(...(authority ? [der(TAG.boolean, Buffer.from([0xff]))] : []));
  const alternative = sequence(...names.map((name) => text(DNS_NAME, name)));
  return der(
    CONTEXT | 3,
    sequence(
      extension(OID.basicConstraints, true, constraints),
      ...(authority ? [] : [extension(OID.alternativeNames, false, alternative)]),
    ),
  );
}

function signed(wanted: Wanted, issuer: string, signer: KeyObject, own: KeyObject): string {
  const algorithm = sequence(oid(OID.ecdsaWithSha256));
  const body = sequence(
    der(CONTEXT, der(TAG.integer, Buffer.from([2]))),
    number(wanted.serial),
    algorithm,
    nameOf(issuer),
    sequence(time(wanted.notBefore), time(wanted.notAfter)),
    nameOf(wanted.subject),
    own.export({ type: 'spki', format: 'der' }),
    extensionsOf(wanted),
  );
  const signature = createSign('sha256').update(body).sign(signer);
  const whole = sequence(body, algorithm, der(TAG.bits, Buffer.from([0]), signature));
  const lines = whole.toString('base64').replace(/.{64}/g, '$&\n');
  return `-----BEGIN CERTIFICATE-----\n${lines}\n-----END CERTIFICATE-----\n`;
}

/** An authority of a simulated world, which nobody outside of it knows. */
export interface Authority {
  /** Its own certificate, PEM. */
  readonly cert: string;
  issue(wanted: Wanted): Issued;
}

const pair = () => generateKeyPairSync('ec', { namedCurve: 'P-256' });
const ISSUER = 'Simulated Issuer R1';
const YEAR_MS = 365 * 86_400_000;

/** Makes an authority. @param now epoch ms */
export function createAuthority(now: number): Authority {
  const own = pair();
  const times = { notBefore: now - YEAR_MS, notAfter: now + 10 * YEAR_MS };
  const root = { subject: ISSUER, names: [], ...times, serial: 1 };
  return {
    cert: signed(root, ISSUER, own.privateKey, own.publicKey),
    issue(wanted) {
      const { privateKey, publicKey } = pair();
      return {
        cert: signed(wanted, ISSUER, own.privateKey, publicKey),
        key: privateKey.export({ type: 'pkcs8', format: 'pem' }).toString(),
      };
    },
  };
}
