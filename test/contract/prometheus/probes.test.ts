import { afterAll, beforeAll, expect, it } from 'vitest';
import { prometheusProbes } from '../../../src/integrations/prometheus/probes.ts';
import { prometheusClient } from '../../../src/integrations/prometheus/query-client.ts';
import { eventually } from '../../harness/eventually.ts';
import { describeReal } from '../../harness/suites.ts';
import { read, testContext } from '../../unit/integrations/context.ts';
import { httpServer, type TestServer } from '../http/servers.ts';
import { prometheusServer, type ServerProcess } from './process.ts';

describeReal('probes of a Prometheus server', () => {
  let target: TestServer;
  let server: ServerProcess;
  let scrapes = 0;
  beforeAll(async () => {
    target = await httpServer((_, response) => {
      scrapes += 1;
      response.end(`leak{w="a"} ${100 + scrapes * 10}\nleak{w="b"} 100\n`);
    });
    server = await prometheusServer([`127.0.0.1:${target.port}`]);
    await server.start();
    await eventually(() => scrapes >= 2, { what: 'two scrapes', timeoutMs: 30_000 });
  });
  afterAll(async () => {
    await server.remove();
    await target.close();
  });

  const probes = prometheusProbes(() => ({
    client: prometheusClient({ url: server.url, timeoutMs: 3000 }),
    url: server.url,
  }));

  it('tells the value of an expression, the highest first', async () => {
    const input = { expr: 'last_over_time(leak[1h])' };
    expect(await read(probes, 'prometheus.query', input, testContext())).toMatchObject({
      value: expect.any(Number),
      count: 2,
      series: [{ labels: { w: 'a' } }, { labels: { w: 'b' }, value: 100 }],
      problems: [],
    });
    const none = await read(probes, 'prometheus.query', { expr: 'nothing' }, testContext());
    expect(none).toMatchObject({ value: null, series: [], count: 0 });
    const wrong = read(probes, 'prometheus.query', { expr: 'sum(' }, testContext());
    await expect(wrong).rejects.toMatchObject({
      message: expect.stringContaining('cannot read the expression'),
    });
  });

  it('tells what grows from what does not', async () => {
    // The server's own arithmetic over time makes a series of known slope, without waiting for one.
    const trend = (expr: string) =>
      read(probes, 'prometheus.trend', { expr, window: '1h' }, testContext());
    const start = Math.floor(Date.now() / 1000) - 4000;
    expect(await trend(`vector(time() - ${start} + 1000)`)).toMatchObject({
      kind: 'growing',
      because: expect.stringContaining('over 60 min'),
    });
    expect(await trend(`vector(${start} * 1000 - time())`)).toMatchObject({ kind: 'stable' });
    expect(await trend('nothing')).toMatchObject({ kind: 'unknown', series: [] });
  });

  it('says how to name a server where there is none', async () => {
    const without = prometheusProbes(() => null);
    await expect(
      read(without, 'prometheus.query', { expr: 'up' }, testContext()),
    ).rejects.toMatchObject({ kind: 'missing', mend: expect.stringContaining('configuration') });
  });

  it('shows the command with the expression as one word', () => {
    const probe = probes.find(({ id }) => id === 'prometheus.query');
    const words = probe?.command(probe.input.parse({ expr: `up{a="b'; id"}` }), testContext());
    expect(words).toBe(`promtool query instant ${server.url} 'up{a="b'\\''; id"}'`);
  });
});
