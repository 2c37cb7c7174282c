/** A TCP socket that listens. */
export interface Listening {
  /** `0.0.0.0`, `127.0.0.1`, `::`. */
  readonly address: string;
  readonly port: number;
  readonly inode: string;
  readonly uid: number;
}

const LISTEN = '0A';

/** An address as the kernel writes it: words of four bytes, each in the host's own order. */
function addressOf(hex: string): string {
  const bytes = (hex.match(/.{8}/g) ?? []).flatMap((word) =>
    (word.match(/../g) ?? []).reverse().map((byte) => Number.parseInt(byte, 16)),
  );
  if (bytes.length === 4) return bytes.join('.');
  const groups = Array.from({ length: 8 }, (_, n) =>
    (((bytes[n * 2] ?? 0) << 8) | (bytes[n * 2 + 1] ?? 0)).toString(16),
  );
  // As it is usually written, with its zeros left out.
  return new URL(`http://[${groups.join(':')}]`).hostname.slice(1, -1);
}

/** Those that listen of `/proc/net/tcp` or `/proc/net/tcp6`; a line that is none is left out. */
export function decodeListening(text: string): readonly Listening[] {
  return text.split('\n').flatMap((line) => {
    const [, local = '', , state, , , , uid = '', , inode = ''] = line.trim().split(/\s+/);
    if (state !== LISTEN) return [];
    const [hex = '', port = ''] = local.split(':');
    if (!/^(?:[0-9A-F]{8}|[0-9A-F]{32})$/.test(hex)) return [];
    return [{ address: addressOf(hex), port: Number.parseInt(port, 16), inode, uid: Number(uid) }];
  });
}
