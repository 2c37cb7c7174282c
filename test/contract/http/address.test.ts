import { afterEach, describe, expect, it } from 'vitest';
import { httpProbes } from '../../../src/integrations/http/probes.ts';
import { read, testContext } from '../../unit/integrations/context.ts';
import { httpServer, type TestServer } from './servers.ts';

const servers: TestServer[] = [];
afterEach(async () => {
  for (const server of servers.splice(0)) await server.close();
});

describe('a request to an address', () => {
  const ask = (id: string, input: object) => read(httpProbes(), id, input, testContext());

  it('goes there, and not to a role', async () => {
    const server = await httpServer((request, response) => {
      response.setHeader('content-type', 'application/json');
      response.end(JSON.stringify({ asked: request.url }));
    });
    servers.push(server);
    const told = await ask('http.check', { url: `${server.url}/health?x=1` });
    expect(told).toMatchObject({ status: 200, ok: true, json: { asked: '/health?x=1' } });
    const several = await ask('http.request', { url: `${server.url}/`, times: 3 });
    expect(several).toMatchObject({ statuses: [200, 200, 200], failures: 0 });
  });

  it('that nobody answers is an answer', async () => {
    const server = await httpServer((_, response) => void response.end());
    await server.close();
    expect(await ask('http.check', { url: server.url })).toMatchObject({
      status: null,
      ok: false,
      error: expect.stringContaining('127.0.0.1'),
    });
  });

  it('is that, or a role with port and path', async () => {
    const [request] = httpProbes();
    const fits = (input: object) => request?.input.safeParse(input).success;
    expect(fits({ url: 'https://api.example/health' })).toBe(true);
    expect(fits({ service: 'api', port: 80, path: '/' })).toBe(true);
    for (const input of [
      {},
      { service: 'api', port: 80 },
      { url: 'https://a.example', service: 'api', port: 80, path: '/' },
      { url: 'file:///etc/passwd' },
      { url: 'https://me:secret@a.example' },
      { url: 'https:///health' },
    ]) {
      expect(fits(input)).toBe(false);
    }
    const url = request?.input.parse({ url: 'https://api.example/health' });
    expect(request?.command(url, testContext())).toBe('curl -s https://api.example/health');
    expect(await request?.needs?.(url, testContext())).toMatchObject([{ state: 'unknown' }]);
  });
});
