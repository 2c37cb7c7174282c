import type { CacheMaster, CachePersistence, CacheReplica } from '../../domain/cache.ts';

type Info = ReadonlyMap<string, string>;

/** Replicas listed of one master. */
const REPLICAS_MAX = 64;

function counted(info: Info, field: string): number | null {
  const text = info.get(field);
  const value = text === undefined || text === '' ? Number.NaN : Number(text);
  // Redis says -1 for "not yet".
  return Number.isFinite(value) && value >= 0 ? value : null;
}

/** The replicas a master tells: `slave0:ip=…,port=…,state=online,offset=14,lag=0`. */
export function replicasOf(info: Info): readonly CacheReplica[] {
  const written = counted(info, 'master_repl_offset');
  const replicas: CacheReplica[] = [];
  for (const [field, value] of info) {
    if (!/^slave\d+$/.test(field) || replicas.length >= REPLICAS_MAX) continue;
    const told = new Map(
      value.split(',').map((pair): [string, string] => {
        const [name = '', ...rest] = pair.split('=');
        return [name, rest.join('=')];
      }),
    );
    const offset = counted(told, 'offset');
    replicas.push({
      address: `${told.get('ip') ?? '?'}:${told.get('port') ?? '?'}`,
      state: told.get('state') ?? 'unknown',
      lagSeconds: counted(told, 'lag'),
      lagBytes: written === null || offset === null ? null : Math.max(0, written - offset),
    });
  }
  return replicas;
}

/** How a replica stands with its master; null when it is none. */
export function masterOf(info: Info): CacheMaster | null {
  const host = info.get('master_host');
  if (host === undefined) return null;
  return {
    address: `${host}:${info.get('master_port') ?? '?'}`,
    link: info.get('master_link_status') === 'up' ? 'up' : 'down',
    downSeconds: counted(info, 'master_link_down_since_seconds'),
    lagSeconds: counted(info, 'master_last_io_seconds_ago'),
    copying: info.get('master_sync_in_progress') === '1',
  };
}

/** What is wrong with the files, the worst first. */
function troubleOf(info: Info): string | null {
  const failed = (field: string) => info.has(field) && info.get(field) !== 'ok';
  if (failed('aof_last_write_status')) return 'the append-only file cannot be written';
  if (failed('rdb_last_bgsave_status')) return 'the last snapshot failed';
  if (failed('aof_last_bgrewrite_status')) {
    return 'the last rewrite of the append-only file failed';
  }
  return null;
}

/** What INFO tells of snapshots and the append-only file. */
export function persistenceOf(info: Info): CachePersistence {
  const savedAtSeconds = counted(info, 'rdb_last_save_time');
  return {
    unsavedChanges: counted(info, 'rdb_changes_since_last_save') ?? 0,
    lastSavedAt: savedAtSeconds === null ? null : savedAtSeconds * 1000,
    aof: info.get('aof_enabled') === '1',
    trouble: troubleOf(info),
  };
}
