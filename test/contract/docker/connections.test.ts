import { describe, expect, it, onTestFinished } from 'vitest';
import { connectDocker } from '../../../src/integrations/docker/client.ts';
import { dockerUsageSource } from '../../../src/integrations/docker/source.ts';
import { httpServer } from '../http/servers.ts';

const never = new AbortController().signal;
const stats = { cpu_stats: { cpu_usage: { total_usage: 1 } }, memory_stats: { usage: 5 } };

describe('the connections to an engine', () => {
  it('are used again by the next readings, and closed with the client', async () => {
    const used = new Set<unknown>();
    let asked = 0;
    const server = await httpServer((request, response) => {
      used.add(request.socket);
      asked += 1;
      response.end(JSON.stringify(stats));
    });
    onTestFinished(() => server.close());
    const client = connectDocker({ host: `tcp://127.0.0.1:${server.port}` });
    const ids = new Set(Array.from({ length: 40 }, (_, index) => `c${index}`));
    const usage = dockerUsageSource({
      client,
      name: 'usage',
      project: null,
      intervalMs: 5000,
      timeoutMs: 4000,
      wanted: () => ids,
    });
    expect(await usage.poll(never)).toHaveLength(40);
    const first = used.size;
    expect(first).toBeLessThanOrEqual(32);
    expect(await usage.poll(never)).toHaveLength(40);
    expect(await usage.poll(never)).toHaveLength(40);
    expect(asked).toBe(120);
    expect(used.size).toBe(first);
    client.close();
    await server.drained();
    expect(server.open()).toBe(0);
  });

  it('ask as an engine reads it: filters in JSON, names that cannot leave their place', async () => {
    const urls: string[] = [];
    const server = await httpServer((request, response) => {
      urls.push(request.url ?? '');
      response.end(request.url?.includes('/containers/json') ? '[]' : JSON.stringify(stats));
    });
    onTestFinished(() => server.close());
    const client = connectDocker({ host: `tcp://127.0.0.1:${server.port}` });
    onTestFinished(() => client.close());
    await client.list({ project: 'a&b' }, never);
    await client.stats('../c?d', never);
    const [list, reading] = urls.map((url) => new URL(url, 'http://engine'));
    expect(list?.pathname).toBe('/containers/json');
    expect(Object.fromEntries(list?.searchParams ?? [])).toEqual({
      all: 'true',
      filters: '{"label":["com.docker.compose.project=a&b"]}',
    });
    expect(reading?.pathname).toBe('/containers/..%2Fc%3Fd/stats');
    expect(Object.fromEntries(reading?.searchParams ?? [])).toEqual({
      stream: 'false',
      'one-shot': 'true',
    });
  });
});
