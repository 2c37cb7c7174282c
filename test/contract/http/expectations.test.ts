import { afterEach, describe, expect, it } from 'vitest';
import type { Address } from '../../../src/integrations/contract.ts';
import { httpProbes } from '../../../src/integrations/http/probes.ts';
import { attackBytes, attacked } from '../../harness/rogue.ts';
import { read, testContext } from '../../unit/integrations/context.ts';
import { httpServer, type TestServer } from './servers.ts';

const probes = httpProbes();
const open: TestServer[] = [];
afterEach(async () => {
  for (const server of open.splice(0)) await server.close();
});

async function kept(server: Promise<TestServer>): Promise<TestServer> {
  const started = await server;
  open.push(started);
  return started;
}

const contextOf = (port: number) =>
  testContext(async (): Promise<Address> => ({ host: '127.0.0.1', port, via: 'the test' }));

describe('what is expected of an answer', () => {
  const healthy = () =>
    kept(
      httpServer((_, response) => {
        response.writeHead(200, { 'content-type': 'application/json', 'x-worker': 'worker-2' });
        response.end(JSON.stringify({ checks: { database: false }, ready: true }));
      }),
    );
  const check = async (expected: object, probe = 'http.check') => {
    const { port } = await healthy();
    const input = { service: 'api', port, path: '/readyz', expect: expected };
    return await read(probes, probe, input, contextOf(port));
  };

  it('is a success, with its JSON and headers, when nothing is said', async () => {
    expect(await check({})).toMatchObject({
      ok: true,
      because: null,
      status: 200,
      json: { ready: true },
      headers: { 'x-worker': 'worker-2' },
      error: null,
    });
  });

  it('is held against status, fields, headers, body and time, and says what was wrong', async () => {
    const because = async (expected: object) => (await check(expected))['because'];
    expect(await because({ status: 503 })).toBe('answered 200, expected 503');
    expect(await because({ status: [200, 204] })).toBeNull();
    expect(await because({ json: { ready: true, 'checks.database': true } })).toBe(
      'checks.database is false, expected true',
    );
    expect(await because({ headers: { 'X-Worker': 'worker-2' } })).toBeNull();
    expect(await because({ headers: { 'X-Worker': '/^worker-[13]$/' } })).toBe(
      'header X-Worker is “worker-2”, expected /^worker-[13]$/',
    );
    expect(await because({ headers: { 'X-Other': 'x' } })).toBe('its answer has no header X-Other');
    expect(await because({ headers: { __proto__: 'x', constructor: 'x' } })).toBe(
      'its answer has no header constructor',
    );
    expect(await because({ body: 'ready' })).toBeNull();
    expect(await because({ body: '/"ready":false/' })).toContain('does not match');
    expect(await because({ maxLatencyMs: 0.0001 })).toMatch(/^answered in \d+ ms/);
  });

  it('is told of all requests, and of the first that was not as expected', async () => {
    const several = await check({ json: { 'checks.database': true } }, 'http.request');
    expect(several).toMatchObject({
      ok: false,
      because: 'checks.database is false, expected true',
      failures: 1,
      first: { ok: false, status: 200 },
      medianMs: expect.any(Number),
    });
  });

  it('asks at most so many at once, and keeps the order', async () => {
    let asked = 0;
    const waiting: (() => void)[] = [];
    let most = 0;
    const server = await kept(
      httpServer((_, response) => {
        const number = asked;
        asked += 1;
        waiting.push(() => response.end(JSON.stringify({ number })));
        most = Math.max(most, waiting.length);
        if (waiting.length === 3 || asked === 10) for (const go of waiting.splice(0)) go();
      }),
    );
    const { port } = server;
    const input = { service: 'api', port, path: '/', times: 10, concurrency: 3 };
    const result = await read(probes, 'http.request', input, contextOf(port));
    expect(result).toMatchObject({ ok: true, failures: 0, because: null });
    expect(most).toBe(3);
    const numbers = (result['responses'] as { json: { number: number } }[]).map(
      ({ json }) => json.number,
    );
    expect([...numbers].sort((a, b) => a - b)).toEqual([...Array(10).keys()]);
    const probe = probes.find(({ id }) => id === 'http.request');
    expect(probe?.command(probe.input.parse(input), contextOf(port))).toContain(
      '# 10 times, 3 at once',
    );
  });

  it('tells a role without an address, and nobody there, as a result', async () => {
    const { port } = await kept(httpServer((_, response) => void response.end()));
    const { OperatorError } = await import('../../../src/domain/operator-error.ts');
    const nowhere = testContext(() =>
      Promise.reject(new OperatorError('unreachable', 'container api is not running')),
    );
    const input = { service: 'api', port, path: '/' };
    expect(await read(probes, 'http.check', input, nowhere)).toMatchObject({
      ok: false,
      status: null,
      because: 'container api is not running',
    });
  });

  it('brings no control sequence of its answer', async () => {
    const { port } = await kept(
      httpServer(
        (_, response) =>
          void response.end(JSON.stringify({ [attacked('evil')]: attacked('evil') })),
      ),
    );
    const answer = await read(
      probes,
      'http.check',
      { service: 'api', port, path: '/' },
      contextOf(port),
    );
    const text = JSON.stringify(answer);
    expect(text).toContain('evil');
    for (const bytes of attackBytes) expect(text).not.toContain(JSON.stringify(bytes).slice(1, -1));
  });
});
