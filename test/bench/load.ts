import { fork } from 'node:child_process';
import { once } from 'node:events';
import { setTimeout as pause } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import type { Section } from './figures.ts';
import type { Fleet } from './fleet.ts';
import { keysUnderLoad, moves, pressAll } from './keys.ts';
import { watchLateness } from './lateness.ts';
import type { Place } from './place.ts';
import { residentBytes } from './process-usage.ts';

const SAMPLES = 100_000;
const LINES_PER_MINUTE = 100_000;
const TARGET_MS = 50;
const SETTLE_MS = 12_000;
const MIB = 1024 * 1024;

const signals = [
  {
    id: 'requests',
    title: 'requests',
    unit: 'perSecond',
    rate: ['load_requests_total{shard="7"}'],
    window: '1m',
  },
];

/** Serves the samples from a process of its own, so that serving does not disturb the measuring. */
async function serveSamples(): Promise<{ port: number; stop(): void; scrapes(): number }> {
  const file = fileURLToPath(new URL('samples-server.ts', import.meta.url));
  const server = fork(file, [String(SAMPLES)], { stdio: 'inherit' });
  let scrapes = 0;
  server.on('message', () => {
    scrapes += 1;
  });
  const [port] = (await once(server, 'message')) as [number];
  return { port, stop: () => void server.kill(), scrapes: () => scrapes - 1 };
}

/** How long a key takes while a very large scrape comes in again and again. */
export async function measureScrapes(place: Place): Promise<Section> {
  const server = await serveSamples();
  const url = `http://127.0.0.1:${server.port}/metrics`;
  const args = place.configure({ metrics: { name: 'load', url, every: '5s' }, signals });
  const console = place.console(args);
  try {
    await console.shows('svc-1');
    await console.shows('requests');
    await pause(SETTLE_MS);
    const before = server.scrapes();
    const lateness = watchLateness();
    // Away from the first row, so that no move stops at it.
    await pressAll(console, ['j', 'j']);
    const figure = await keysUnderLoad(console, 'move (`j`, `k`)', moves(80), TARGET_MS);
    const resident = residentBytes(console.pid) / MIB;
    const note = `${server.scrapes() - before} scrapes meanwhile`;
    return {
      title: `With ${SAMPLES.toLocaleString('en')} samples in a scrape`,
      how: 'A metrics endpoint that large, read every 5 s; keys on the overview.',
      figures: [
        { ...figure, note: `${figure.note}; ${note}` },
        { name: 'resident memory', value: resident, unit: 'MiB', target: null },
        await lateness(),
      ],
    };
  } finally {
    await console.close();
    server.stop();
  }
}

/** How long a key takes while a container writes much into the log one looks at. */
export async function measureLogs(place: Place, fleet: Fleet): Promise<Section> {
  const silence = await fleet.talk(LINES_PER_MINUTE);
  const console = place.console();
  try {
    await console.shows('svc-1');
    await pause(SETTLE_MS);
    await pressAll(console, ['/', ...'talker', '\r', 'j', 'l']);
    await console.shows('path=/infer');
    await pause(SETTLE_MS);
    const lateness = watchLateness();
    // Each changes the picture: the newest line is followed again before the chosen one has gone, and
    // with it the room to move up.
    const keys = Array.from({ length: 12 }, () => ['G', ...'kkkk', ...'jjj']).flat();
    const name = 'newest, up, down (`G`, `k`, `j`)';
    return {
      title: `With ${LINES_PER_MINUTE.toLocaleString('en')} log lines a minute`,
      how: 'On the log screen, following one container; from the key to the end of the first picture after it.',
      figures: [await keysUnderLoad(console, name, keys, TARGET_MS), await lateness()],
    };
  } finally {
    await console.close();
    await silence();
  }
}
