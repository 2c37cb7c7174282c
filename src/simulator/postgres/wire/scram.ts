import { createHash, createHmac, pbkdf2Sync, randomBytes, timingSafeEqual } from 'node:crypto';

// The server's side of SCRAM-SHA-256 without channel binding (RFC 5802, RFC 7677).

const ITERATIONS = 4096;
const KEY_BYTES = 32;
const SALT_BYTES = 16;

const hmac = (key: Buffer, text: string) => createHmac('sha256', key).update(text).digest();
const sha256 = (bytes: Buffer) => createHash('sha256').update(bytes).digest();

function attributes(message: string): Readonly<Record<string, string>> {
  return Object.fromEntries(
    message.split(',').map((part) => [part.slice(0, 1), part.slice(2)] as const),
  );
}

/** A login by password, under way. */
export interface Scram {
  /** What to answer to the client's first message; null when that is none. */
  first(message: string): string | null;
  /** What to answer to its last; null when it does not know the password. */
  last(message: string): string | null;
}

/** @param password null for a user that no password lets in, which only the end tells */
export function scram(password: string | null): Scram {
  const salt = randomBytes(SALT_BYTES);
  const salted = pbkdf2Sync(
    (password ?? '').normalize('NFKC'),
    salt,
    ITERATIONS,
    KEY_BYTES,
    'sha256',
  );
  const storedKey = sha256(hmac(salted, 'Client Key'));
  const serverKey = hmac(salted, 'Server Key');
  let exchanged = '';
  let nonce = '';
  return {
    first(message) {
      const bare = /^[ny],[^,]*,(.*)$/s.exec(message)?.[1];
      const clientNonce = attributes(bare ?? '')['r'];
      if (bare === undefined || clientNonce === undefined) return null;
      nonce = `${clientNonce}${randomBytes(SALT_BYTES).toString('base64')}`;
      const answer = `r=${nonce},s=${salt.toString('base64')},i=${ITERATIONS}`;
      exchanged = `${bare},${answer}`;
      return answer;
    },
    last(message) {
      const withoutProof = message.replace(/,p=[^,]*$/, '');
      const { p: proof = '', r } = attributes(message);
      if (r !== nonce || password === null) return null;
      const whole = `${exchanged},${withoutProof}`;
      const signature = hmac(storedKey, whole);
      const given = Buffer.from(proof, 'base64');
      if (given.length !== signature.length) return null;
      const clientKey = Buffer.from(given.map((byte, place) => byte ^ (signature[place] ?? 0)));
      if (!timingSafeEqual(sha256(clientKey), storedKey)) return null;
      return `v=${hmac(serverKey, whole).toString('base64')}`;
    },
  };
}
