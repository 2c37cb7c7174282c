import { OperatorError } from '../../domain/operator-error.ts';

/** In these nothing is deleted, at any depth: they are the system's, the engine's or a database's. */
const TREES =
  '/bin /boot /dev /etc /lib /lib32 /lib64 /libx32 /proc /run /sbin /sys /usr /var/lib/containerd ' +
  '/var/lib/docker /var/lib/dpkg /var/lib/rpm /var/lib/apt /var/lib/systemd /var/lib/kubelet ' +
  '/var/lib/etcd /var/lib/postgresql /var/lib/pgsql /var/lib/mysql /var/lib/redis /var/run';

/** These themselves are too wide; folders within are not. */
const ROOTS = '/ /home /media /mnt /opt /root /srv /tmp /var /var/cache /var/lib /var/spool';

const trees = TREES.split(' ');
const roots = new Set(ROOTS.split(' '));

/**
 * @param folder its links resolved
 * @throws OperatorError('denied') for a folder in which nothing may be deleted
 */
export function refuseFolder(folder: string): void {
  const tree = trees.find((one) => folder === one || folder.startsWith(`${one}/`));
  if (tree === undefined && !roots.has(folder)) return;
  const message =
    tree === undefined
      ? `${folder} is too wide to delete files in`
      : `Nothing is deleted in ${tree}: it belongs to the system`;
  throw new OperatorError('denied', message, 'name the folder of the application itself');
}

/** @throws OperatorError('denied') when a database keeps its files there */
export function refuseDatabase(folder: string, database: string | null): void {
  if (database === null) return;
  const where = database === '.' ? folder : `${folder}/${database}`;
  const message = `Nothing is deleted in ${folder}: ${where} holds the files of a database`;
  throw new OperatorError('denied', message, 'name a folder without it');
}
