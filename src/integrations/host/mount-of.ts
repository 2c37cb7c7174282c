/** The mount that holds a path. */
export interface HoldingMount {
  readonly path: string;
  readonly type: string;
  readonly device: string;
}

const plain = (field: string): string =>
  field.replace(/\\([0-7]{3})/g, (_, octal: string) =>
    String.fromCharCode(Number.parseInt(octal, 8)),
  );

/**
 * The mount of a mountinfo file that holds a path, of whatever kind.
 * @param path links resolved
 */
export function mountOf(mountinfo: string, path: string): HoldingMount | null {
  let best: HoldingMount | null = null;
  for (const line of mountinfo.split('\n')) {
    const [left = '', right = ''] = line.split(' - ', 2);
    const mount = plain(left.split(' ')[4] ?? '');
    if (mount === '' || !`${path}/`.startsWith(mount === '/' ? '/' : `${mount}/`)) continue;
    // Of several at one place the last covers the others.
    if (best !== null && mount.length < best.path.length) continue;
    const [type = '', device = ''] = right.split(' ');
    best = { path: mount, type, device: plain(device) };
  }
  return best;
}
