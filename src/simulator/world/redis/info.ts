import { type RedisProcess, usedBytes } from './state.ts';

const WORLD_MEMORY_BYTES = 16 * 1024 ** 3;
const STARTUP_BYTES = 876_120;

/** A size as Redis writes it for people: `1.04M`. */
function humanSize(bytes: number): string {
  const units = ['B', 'K', 'M', 'G', 'T'];
  let value = bytes;
  let unit = 0;
  while (value >= 1024 && unit < units.length - 1) {
    value /= 1024;
    unit += 1;
  }
  return unit === 0 ? `${value}B` : `${value.toFixed(2)}${units[unit]}`;
}

type Fields = readonly (readonly [string, string | number])[];

function server(redis: RedisProcess, now: number): Fields {
  const upSeconds = Math.max(0, Math.floor((now - redis.startedAt) / 1000));
  return [
    ['redis_version', '7.2.4'],
    ['redis_git_sha1', '00000000'],
    ['redis_git_dirty', 0],
    ['redis_mode', 'standalone'],
    ['os', 'Linux x86_64'],
    ['arch_bits', 64],
    ['multiplexing_api', 'epoll'],
    ['process_id', redis.processId],
    ['run_id', redis.runId],
    ['tcp_port', redis.config['port'] ?? 6379],
    ['server_time_usec', Math.floor(now * 1000)],
    ['uptime_in_seconds', upSeconds],
    ['uptime_in_days', Math.floor(upSeconds / 86_400)],
    ['hz', 10],
    ['configured_hz', 10],
    ['executable', '/data/redis-server'],
    ['config_file', ''],
    ['io_threads_active', 0],
  ];
}

function clients(redis: RedisProcess): Fields {
  const all = [...redis.connections.values()];
  return [
    ['connected_clients', all.length],
    ['cluster_connections', 0],
    ['maxclients', redis.config['maxclients'] ?? 10_000],
    ['client_recent_max_input_buffer', 20_480],
    ['client_recent_max_output_buffer', 0],
    ['blocked_clients', all.filter(({ blocked }) => blocked).length],
    ['tracking_clients', 0],
  ];
}

function memory(redis: RedisProcess): Fields {
  const used = usedBytes(redis);
  const peak = Math.max(redis.peakBytes, used);
  const most = Number(redis.config['maxmemory'] ?? 0);
  const resident = Math.round(used * 1.08 + 8_000_000);
  return [
    ['used_memory', used],
    ['used_memory_human', humanSize(used)],
    ['used_memory_rss', resident],
    ['used_memory_rss_human', humanSize(resident)],
    ['used_memory_peak', peak],
    ['used_memory_peak_human', humanSize(peak)],
    ['used_memory_startup', STARTUP_BYTES],
    ['used_memory_dataset', Math.max(0, used - STARTUP_BYTES)],
    ['total_system_memory', WORLD_MEMORY_BYTES],
    ['total_system_memory_human', humanSize(WORLD_MEMORY_BYTES)],
    ['maxmemory', most],
    ['maxmemory_human', humanSize(most)],
    ['maxmemory_policy', redis.config['maxmemory-policy'] ?? 'noeviction'],
    ['mem_fragmentation_ratio', (resident / used).toFixed(2)],
    ['mem_allocator', 'jemalloc-5.3.0'],
    ['active_defrag_running', 0],
    ['lazyfree_pending_objects', 0],
  ];
}

function persistence(redis: RedisProcess): Fields {
  return [
    ['loading', 0],
    ['async_loading', 0],
    ['rdb_changes_since_last_save', redis.unsaved],
    ['rdb_bgsave_in_progress', 0],
    ['rdb_last_save_time', Math.floor(redis.savedAt / 1000)],
    ['rdb_last_bgsave_status', 'ok'],
    ['rdb_last_bgsave_time_sec', -1],
    ['rdb_current_bgsave_time_sec', -1],
    ['rdb_saves', 0],
    ['aof_enabled', redis.config['appendonly'] === 'yes' ? 1 : 0],
    ['aof_rewrite_in_progress', 0],
    ['aof_last_bgrewrite_status', 'ok'],
    ['aof_last_write_status', 'ok'],
  ];
}

function stats(redis: RedisProcess): Fields {
  const processed = [...redis.calls.values()].reduce((sum, { calls }) => sum + calls, 0);
  return [
    ['total_connections_received', redis.connectionsReceived],
    ['total_commands_processed', processed],
    ['instantaneous_ops_per_sec', redis.rate.lastSecond],
    ['rejected_connections', redis.rejected],
    ['expired_keys', redis.expired],
    ['evicted_keys', redis.evicted],
    ['keyspace_hits', redis.hits],
    ['keyspace_misses', redis.misses],
    ['pubsub_channels', 0],
    ['total_error_replies', 0],
  ];
}

const replication: Fields = [
  ['role', 'master'],
  ['connected_slaves', 0],
  ['master_failover_state', 'no-failover'],
  ['master_replid', '8d1f2c0e5b7a49c3a1d6e4f09b2c7d5e8f30a1b2'],
  ['master_repl_offset', 0],
];

function commandstats(redis: RedisProcess): Fields {
  return [...redis.calls].map(([name, { calls, us, failed }]) => {
    const each = calls === 0 ? 0 : us / calls;
    const counts = `calls=${calls},usec=${us},usec_per_call=${each.toFixed(2)}`;
    return [`cmdstat_${name}`, `${counts},rejected_calls=0,failed_calls=${failed}`] as const;
  });
}

function keyspace(redis: RedisProcess): Fields {
  return [...redis.databases]
    .filter(([, { keys }]) => keys > 0)
    .sort(([a], [b]) => a - b)
    .map(([db, { keys, expiring }]) => [`db${db}`, `keys=${keys},expires=${expiring},avg_ttl=0`]);
}

/** What `INFO` answers; `wanted` are lower-case names of sections, none the usual ones. */
export function infoText(redis: RedisProcess, now: number, wanted: readonly string[]): string {
  const sections: readonly (readonly [string, () => Fields, usual: boolean])[] = [
    ['Server', () => server(redis, now), true],
    ['Clients', () => clients(redis), true],
    ['Memory', () => memory(redis), true],
    ['Persistence', () => persistence(redis), true],
    ['Stats', () => stats(redis), true],
    ['Replication', () => replication, true],
    [
      'CPU',
      () => [
        ['used_cpu_sys', '0.0'],
        ['used_cpu_user', '0.0'],
      ],
      true,
    ],
    ['Commandstats', () => commandstats(redis), false],
    ['Keyspace', () => keyspace(redis), true],
  ];
  const all = wanted.includes('all') || wanted.includes('everything');
  const usual = wanted.length === 0 || wanted.includes('default');
  return sections
    .filter(([name, , own]) => all || (usual && own) || wanted.includes(name.toLowerCase()))
    .map(([name, fields]) => {
      const lines = fields().map(([field, value]) => `${field}:${value}\r\n`);
      return `# ${name}\r\n${lines.join('')}`;
    })
    .join('\r\n');
}
