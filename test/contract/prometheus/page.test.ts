import { afterEach, describe, expect, it } from 'vitest';
import { prometheusProbes } from '../../../src/integrations/prometheus/probes.ts';
import { read, testContext } from '../../unit/integrations/context.ts';
import { httpServer, type TestServer } from '../http/servers.ts';

const servers: TestServer[] = [];
afterEach(async () => {
  for (const server of servers.splice(0)) await server.close();
});

const text = [
  '# TYPE drift_psi gauge',
  'drift_psi{feature="mrr"} 0.12',
  'drift_psi{feature="events"} 0.31',
  'drift_psi{feature="never"} NaN',
  'drift_psi_max 0.31',
  'requests_total 9',
  '',
].join('\n');

describe('prometheus.page', () => {
  const serving = async (body: string, status = 200) => {
    const server = await httpServer((_, response) => {
      response.writeHead(status, { 'content-type': 'text/plain' });
      response.end(body);
    });
    servers.push(server);
    const { port } = server;
    const context = testContext(async () => ({ host: '127.0.0.1', port, via: 'the test' }));
    return (name: string) =>
      read(
        prometheusProbes(() => null),
        'prometheus.page',
        { service: 'api', port, name },
        context,
      );
  };

  it('tells the samples of one name, the highest first', async () => {
    const ask = await serving(text);
    expect(await ask('drift_psi')).toEqual({
      series: [
        { name: 'drift_psi', labels: { feature: 'events' }, value: 0.31 },
        { name: 'drift_psi', labels: { feature: 'mrr' }, value: 0.12 },
      ],
      count: 2,
      highest: 0.31,
    });
    expect(await ask('drift_*')).toMatchObject({ count: 3 });
    expect(await ask('nothing')).toEqual({ series: [], count: 0, highest: null });
  });

  it('fails in words where there is no such page', async () => {
    const ask = await serving('no', 404);
    await expect(ask('drift_psi')).rejects.toMatchObject({
      message: expect.stringContaining('answered 404 where metrics were expected'),
    });
  });
});
