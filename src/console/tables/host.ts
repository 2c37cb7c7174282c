import type { Health } from '../../domain/health.ts';
import { healths } from '../../domain/health.ts';
import type { Disk, Host } from '../../domain/host.ts';
import type { Labels } from '../../domain/metrics.ts';
import { factsOf } from '../../live/selectors.ts';
import { signalKey } from '../../live/series.ts';
import type { LiveState } from '../../live/state.ts';
import { joined } from '../joined.ts';
import type { TableModel } from '../table.ts';

/** A disk fuller than this is worth a look; fuller than that, it is the trouble. */
const DISK_WARNING = 0.85;
const DISK_CRITICAL = 0.95;

/** One disk of a host; null while its file system does not answer. */
export interface DiskRow {
  /** The host's name. */
  readonly host: string;
  readonly mount: string;
  readonly disk: Disk | null;
  readonly health: Health;
  /** What tells this host's signals from those of others. */
  readonly labels: Labels;
}

/** How full a share of a disk is, where no signal tells how it stands. */
export function diskHealth({ used }: Pick<Disk, 'used'>): Health {
  if (used >= DISK_CRITICAL) return 'critical';
  return used >= DISK_WARNING ? 'warning' : 'ok';
}

/** The worse of two. */
const worse = (a: Health, b: Health): Health => (healths.indexOf(a) > healths.indexOf(b) ? a : b);

function healthOf(live: LiveState, disk: Disk, labels: Labels): Health {
  const state = (id: string) => live.signals[signalKey(id, labels)]?.state;
  const inodes = disk.inodesUsed === null ? 'ok' : diskHealth({ used: disk.inodesUsed });
  return worse(state('disk') ?? diskHealth(disk), state('inodes') ?? inodes);
}

const diskRow = joined(
  (disk: Disk, host: string, health: Health, several: boolean): DiskRow => ({
    host,
    mount: disk.mount,
    disk,
    health,
    labels: labelsOf(disk.mount, host, several),
  }),
);

const silentRows = joined(({ name, silentMounts }: Host, several: boolean) => ({
  rows: silentMounts.map(
    (mount): DiskRow => ({
      host: name,
      mount,
      disk: null,
      health: 'critical',
      labels: labelsOf(mount, name, several),
    }),
  ),
}));

/** As the signals of a disk are labelled: with the host only where there are several. */
function labelsOf(mount: string, host: string, several: boolean): Labels {
  return several ? { host, mount } : { mount };
}

/** The disks of the hosts. */
export const hostTable: TableModel<DiskRow> = {
  panel: 'host',
  noun: 'disk',
  rows(live) {
    const hosts = factsOf(live, 'host');
    const several = hosts.length > 1;
    return hosts.flatMap(({ value: host }) => {
      const { disks, name } = host;
      const rows = disks.map((disk) => {
        const health = healthOf(live, disk, labelsOf(disk.mount, name, several));
        return diskRow(disk, name, health, several);
      });
      return [...rows, ...silentRows(host, several).rows];
    });
  },
  id: ({ host, mount }) => `${host} ${mount}`,
  name: ({ mount }) => mount,
  text: ({ host, mount, disk }) =>
    `${mount} ${host} ${disk === null ? 'silent' : `${disk.device} ${disk.type}`}`,
  health: ({ health }) => health,
  columns: [
    { id: 'mount', title: 'mounted on', key: ({ mount }) => mount, firstDescending: false },
    { id: 'bar', title: 'used', key: null, firstDescending: true },
    { id: 'used', title: 'used', key: ({ disk }) => disk?.used ?? null, firstDescending: true },
    {
      id: 'free',
      title: 'free',
      key: ({ disk }) => disk?.freeBytes ?? null,
      firstDescending: false,
    },
    {
      id: 'size',
      title: 'size',
      key: ({ disk }) => disk?.sizeBytes ?? null,
      firstDescending: true,
    },
    {
      id: 'inodes',
      title: 'inodes',
      key: ({ disk }) => disk?.inodesUsed ?? null,
      firstDescending: true,
    },
    { id: 'type', title: 'type', key: ({ disk }) => disk?.type ?? null, firstDescending: false },
    {
      id: 'device',
      title: 'device',
      key: ({ disk }) => disk?.device ?? null,
      firstDescending: false,
    },
  ],
  defaultSort: { column: 'used', descending: true },
  copy: ({ mount }) => mount,
};
