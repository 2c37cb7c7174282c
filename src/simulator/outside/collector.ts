import { createServer } from 'node:http';
import type { Socket } from 'node:net';
import type { Host } from '../host/host.ts';
import { bodyText } from '../http/body-text.ts';
import { EVALUATION_BOUNDS, type FlagsProcess } from '../world/programs/flags-state.ts';
import type { World } from '../world/world.ts';

/** One number of a metric. */
interface Sample {
  readonly labels: Readonly<Record<string, string>>;
  readonly value: number;
}

/** Streams that are open for each connection of the pool: clients listen for changes. */
const STREAMS = 42;

function buckets({ counts }: FlagsProcess): readonly Sample[] {
  let sum = 0;
  return counts.buckets.map((count, place) => {
    sum += count;
    const bound = EVALUATION_BOUNDS[place];
    return { labels: { le: bound === undefined ? '+Inf' : String(bound) }, value: sum };
  });
}

const METRICS: Readonly<Record<string, (process: FlagsProcess) => readonly Sample[]>> = {
  eval_duration_ms_bucket: buckets,
  eval_count_total: ({ counts }) => [{ labels: {}, value: counts.evaluations }],
  cache_hit_total: ({ counts }) => [{ labels: {}, value: counts.hits }],
  cache_miss_total: ({ counts }) => [{ labels: {}, value: counts.misses }],
  db_pool_wait_count: ({ counts }) => [{ labels: {}, value: counts.waits }],
  sse_active_connections: () => [{ labels: {}, value: STREAMS }],
};

function result(world: World, query: string, seconds: number) {
  const samples = METRICS[query.trim()];
  const servers = [...world.containers.values()].flatMap(({ env, name, process }) =>
    process?.kind === 'flags-server' ? [{ env, name, process }] : [],
  );
  return servers.flatMap(({ env, name, process }) =>
    (samples?.(process) ?? []).map(({ labels, value }) => ({
      metric: { region: env['REGION'] ?? '', instance: name, ...labels },
      value: [seconds, String(value)],
    })),
  );
}

/**
 * Answers as a server of PromQL does, where an expression is the name of a metric: what the servers of a
 * region have told a collector.
 */
export function speakCollector(host: Host): (socket: Socket) => void {
  const server = createServer((request, response) => {
    const answer = async () => {
      const query = new URLSearchParams(await bodyText(request)).get('query') ?? '';
      const world = host.world();
      const seconds = host.clock.outside(world.now) / 1000;
      const data = { resultType: 'vector', result: result(world, query, seconds) };
      response.writeHead(200, { 'content-type': 'application/json' });
      response.end(JSON.stringify({ status: 'success', data }));
    };
    answer().catch(() => response.destroy());
  });
  return (socket) => void server.emit('connection', socket);
}
