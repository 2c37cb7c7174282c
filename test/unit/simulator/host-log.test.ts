import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { expect, it, onTestFinished, vi } from 'vitest';
import type { LogLine } from '../../../src/domain/log-line.ts';
import { fileLogFeed } from '../../../src/integrations/logs/file.ts';
import { keepHostLog } from '../../../src/simulator/host/host-log.ts';
import { falconRegion } from './falcon-region.ts';

const redis = { container: 'falcon-redis', byHand: true } as const;

async function hostLog(maxBytes?: number) {
  const { host } = await falconRegion();
  const folder = await mkdtemp(join(tmpdir(), 'opsconsole-host-log-'));
  const file = join(folder, 'log', 'syslog');
  const end = keepHostLog(host, file, maxBytes);
  onTestFinished(async () => {
    await end();
    await rm(folder, { recursive: true, force: true });
  });
  const written = () => readFile(file, 'utf8').catch(() => '');
  await vi.waitUntil(async () => (await written()).includes(redis.container));
  return { host, file, written };
}

it('the log of the host can be followed as a file, and tells of a container that is killed', async () => {
  const { host, file } = await hostLog();
  const lines: LogLine[] = [];
  const closing = new AbortController();
  onTestFinished(() => closing.abort());
  const from = { tail: 100, sinceMs: null };
  const deliver = (more: readonly LogLine[]) => void lines.push(...more);
  const followed = fileLogFeed(file, 'syslog').follow(from, deliver, closing.signal);
  followed.catch(() => undefined);
  await vi.waitUntil(() => lines.length > 0);
  host.change({ kind: 'kill', ...redis });
  const told = () => lines.find(({ raw }) => raw.includes('exitCode=137'));
  await vi.waitUntil(() => told() !== undefined);
  expect(told()?.raw).toMatch(
    /dockerd\[612\]: level=warning msg="container exited" .*falcon-redis/,
  );
  expect(told()?.at).toBe(host.clock.outside(host.world().now));
});

it('it is turned over before it is large, and one file before it is kept', async () => {
  const { host, file, written } = await hostLog(2000);
  for (let ends = 0; ends < 12; ends += 1) {
    const before = await written();
    host.change({ kind: 'kill', ...redis });
    host.change({ kind: 'start', container: redis.container });
    await vi.waitUntil(async () => (await written()) !== before);
  }
  expect((await readdir(dirname(file))).toSorted()).toEqual(['syslog', 'syslog.1']);
  expect((await written()).length).toBeLessThanOrEqual(2000);
});
