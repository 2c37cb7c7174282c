import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';

// Serves a scrape of as many samples as the first argument says; tells its port, then of each scrape.

const SHARDS = 100;
const VERSIONS = 4;
const samples = Number(process.argv[2] ?? 1000);

/** One answer: every counter a little further than in the one before. */
function answer(version: number): Buffer {
  const lines: string[] = [];
  for (let index = 0; index < samples / SHARDS; index += 1) {
    const name = index === 0 ? 'load_requests_total' : `load_events_${index}_total`;
    lines.push(`# HELP ${name} Counted since the start.`, `# TYPE ${name} counter`);
    for (let shard = 0; shard < SHARDS; shard += 1) {
      lines.push(`${name}{shard="${shard}",pool="blue"} ${index * shard + version * 50}`);
    }
  }
  return Buffer.from(`${lines.join('\n')}\n`);
}

const answers = Array.from({ length: VERSIONS }, (_, version) => answer(version));
let scrapes = 0;
const server = createServer((_request, response) => {
  response.setHeader('content-type', 'text/plain; version=0.0.4');
  response.end(answers[scrapes % VERSIONS]);
  scrapes += 1;
  process.send?.(scrapes);
});
server.listen(0, '127.0.0.1', () => {
  process.send?.((server.address() as AddressInfo).port);
});
process.on('disconnect', () => process.exit(0));
