import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import type { Notice } from '../../../src/domain/notice.ts';
import { alertmanagerSource, NOTICES_MAX } from '../../../src/integrations/alertmanager/source.ts';
import { eventually } from '../../harness/eventually.ts';
import { describeReal } from '../../harness/suites.ts';
import { httpServer, type TestServer, tcpServer } from '../http/servers.ts';
import { alertmanagerServer, type ServerProcess } from '../prometheus/process.ts';

const never = new AbortController().signal;
const HOUR_MS = 3_600_000;
// `test`, as the web configuration of Alertmanager wants it.
const BCRYPT = '$2b$12$hNf2lSsxfm0.i4a.1kVpSOVyBCfIB51VRjgBUyv6kdnyTlgWj81Ay';

const sourceAt = (url: string, timeoutMs = 5000) =>
  alertmanagerSource({ name: 'alertmanager', url, intervalMs: 1000, timeoutMs });

interface Raised {
  readonly labels: Readonly<Record<string, string>>;
  readonly annotations?: Readonly<Record<string, string>>;
  readonly startsAt?: string;
}

describeReal('an Alertmanager', () => {
  let server: ServerProcess;
  beforeAll(async () => {
    server = await alertmanagerServer([
      'inhibit_rules:',
      '  - { source_match: { severity: critical }, target_match: { severity: warning }, equal: [zone] }',
    ]);
    await server.start();
  });
  afterAll(() => server.remove());

  async function post(path: string, body: unknown): Promise<unknown> {
    const answer = await fetch(`${server.url}/api/v2/${path}`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify(body),
    });
    if (!answer.ok) throw new Error(`${path}: ${answer.status} ${await answer.text()}`);
    return answer.headers.get('content-type')?.includes('json') ? answer.json() : null;
  }
  const raise = (...alerts: readonly Raised[]) => post('alerts', alerts);
  const silence = (name: string, comment: string, hours: number) =>
    post('silences', {
      matchers: [{ name: 'alertname', value: name, isRegex: false, isEqual: true }],
      startsAt: new Date().toISOString(),
      endsAt: new Date(Date.now() + hours * HOUR_MS).toISOString(),
      createdBy: 'alice',
      comment,
    });
  const poll = () => sourceAt(server.url).poll(never);
  const noticed = (name: string, state: Notice['state']) =>
    eventually(
      async () => (await poll()).find((one) => one.name === name && one.state === state) ?? null,
      { what: `${name} ${state}` },
    );

  it('has nothing to tell at first', async () => {
    expect(await poll()).toEqual([]);
  });

  it('tells what fires, since when, how bad, and which runbook it names', async () => {
    await raise({
      labels: { alertname: 'HighLatency', severity: 'page', service: 'api\u001b]0;owned\u0007' },
      annotations: {
        summary: 'p95 is \u001b[31m1.4 s',
        runbook_url: 'https://runbooks/high-latency',
      },
      startsAt: '2026-01-02T03:04:05Z',
    });
    expect(await noticed('HighLatency', 'firing')).toEqual({
      id: expect.stringMatching(/^[0-9a-f]{16}$/),
      name: 'HighLatency',
      labels: { alertname: 'HighLatency', severity: 'page', service: 'api' },
      state: 'firing',
      since: Date.parse('2026-01-02T03:04:05Z'),
      severity: 'page',
      summary: 'p95 is 1.4 s',
      silence: null,
      inhibitedBy: [],
      runbookUrl: 'https://runbooks/high-latency',
    });
  });

  it('tells who silenced one, until when and why: of two silences the longer', async () => {
    await raise({ labels: { alertname: 'DiskFull' } });
    await noticed('DiskFull', 'firing');
    await silence('DiskFull', 'short', 1);
    const { silenceID } = (await silence('DiskFull', 'moving data', 2)) as { silenceID: string };
    const found = await eventually(
      async () => {
        const one = await noticed('DiskFull', 'silenced');
        return one.silence?.id === silenceID ? one : null;
      },
      { what: 'the longer silence' },
    );
    expect(found.silence).toMatchObject({ by: 'alice', comment: 'moving data' });
    const leftMs = (found.silence?.until ?? 0) - Date.now();
    expect(leftMs).toBeGreaterThan(1.9 * HOUR_MS);
    expect(leftMs).toBeLessThan(2.1 * HOUR_MS);
  });

  it('tells which alert inhibits another', async () => {
    await raise(
      { labels: { alertname: 'ZoneDown', severity: 'critical', zone: 'a' } },
      { labels: { alertname: 'ZoneSlow', severity: 'warning', zone: 'a' } },
    );
    const { id } = await noticed('ZoneDown', 'firing');
    expect(await noticed('ZoneSlow', 'inhibited')).toMatchObject({
      inhibitedBy: [id],
      silence: null,
    });
  });

  it('tells what needs somebody first', async () => {
    const states = (await poll()).map(({ state }) => state);
    const order = ['firing', 'pending', 'silenced', 'inhibited'];
    expect(states).toEqual(states.toSorted((a, b) => order.indexOf(a) - order.indexOf(b)));
  });

  it('is told when killed and hung, and is well again right after', async () => {
    await server.kill();
    await expect(poll()).rejects.toMatchObject({
      kind: 'unreachable',
      message: expect.stringContaining('refuses connections'),
      mend: expect.any(String),
    });
    await server.start();
    await expect(poll()).resolves.toBeInstanceOf(Array);
    await server.freeze();
    await expect(sourceAt(server.url, 400).poll(never)).rejects.toMatchObject({ kind: 'timeout' });
    server.thaw();
    await expect(poll()).resolves.toBeInstanceOf(Array);
  });

  it('wants credentials, which are not told to anybody', async () => {
    await writeFile(join(server.dir, 'web.yml'), `basic_auth_users: { me: ${BCRYPT} }\n`);
    await server.kill();
    await server.start(`--web.config.file=${join(server.dir, 'web.yml')}`);
    await expect(poll()).rejects.toMatchObject({
      kind: 'denied',
      mend: 'give it a token, or credentials in its address',
    });
    const login = (password: string) => server.url.replace('//', `//me:${password}@`);
    await expect(sourceAt(login('test')).poll(never)).resolves.toBeInstanceOf(Array);
    const refused: unknown = await sourceAt(login('hunter2'))
      .poll(never)
      .catch((e) => e);
    expect(refused).toMatchObject({ kind: 'denied' });
    expect(String(refused)).not.toContain('hunter2');
    await server.kill();
    await server.start();
  });

  it('answers under a path', async () => {
    await server.kill();
    await server.start('--web.route-prefix=/am');
    await expect(sourceAt(`${server.url}/am/`).poll(never)).resolves.toBeInstanceOf(Array);
    await expect(poll()).rejects.toMatchObject({
      kind: 'garbage',
      message: expect.stringContaining('is no Alertmanager: it answered 404'),
      mend: expect.stringContaining('/api/v2'),
    });
    await server.kill();
    await server.start();
  });

  it('may have 10,000 alerts, which do not hold up the screen', async () => {
    const text = 'x'.repeat(300);
    for (let part = 0; part < 10; part += 1) {
      const many = Array.from({ length: 1000 }, (_, n) => ({
        labels: { alertname: 'Many', n: String(part * 1000 + n) },
        annotations: { summary: `number ${n}`, description: text },
      }));
      await raise(...many);
    }
    const source = sourceAt(server.url, 30_000);
    const all = await eventually(
      async () => {
        const found = await source.poll(never);
        return found.length >= 10_000 ? found : null;
      },
      { what: '10,000 alerts', timeoutMs: 40_000, everyMs: 500 },
    );
    expect(all.length).toBeLessThanOrEqual(NOTICES_MAX);
    expect(new Set(all.map(({ id }) => id)).size).toBe(all.length);
    const wholeMs = heldMs(() => JSON.parse(JSON.stringify(all)));
    expect(await longestHeldMs(() => source.poll(never))).toBeLessThan(Math.max(50, wholeMs));
  });
});

const usedMs = () => {
  const { system, user } = process.threadCpuUsage();
  return (system + user) / 1000;
};

/** The thread's own time that `work` takes. */
function heldMs(work: () => unknown): number {
  const before = usedMs();
  work();
  return usedMs() - before;
}

/** The longest the thread was held during `work`; the median of three, for garbage is collected, too. */
async function longestHeldMs(work: () => Promise<unknown>): Promise<number> {
  const held: number[] = [];
  for (let round = 0; round < 3; round += 1) {
    let longestMs = 0;
    let before = usedMs();
    let running = true;
    const beat = () => {
      const now = usedMs();
      longestMs = Math.max(longestMs, now - before);
      before = now;
      if (running) setImmediate(beat);
    };
    setImmediate(beat);
    await work();
    running = false;
    held.push(longestMs);
  }
  return held.toSorted((a, b) => a - b)[1] ?? Number.NaN;
}

describe('what is no Alertmanager, or a sick one', () => {
  const servers: TestServer[] = [];
  afterEach(async () => {
    for (const server of servers.splice(0)) await server.close();
  });
  async function kept(server: Promise<TestServer>): Promise<TestServer> {
    servers.push(await server);
    return server;
  }

  it.each([
    [200, '<html>hello</html>', 'garbage', 'is no Alertmanager: its answer is no list'],
    [200, '{"status":"success"}', 'garbage', 'its answer is no list'],
    [200, '[{"a":1}', 'garbage', 'is no Alertmanager'],
    [200, '[{"a":1},{}]', 'garbage', 'nothing in its list is of this API'],
    [200, '[{"a":]', 'garbage', 'is no Alertmanager'],
    [200, '', 'garbage', 'its answer is no list'],
    [401, 'who?', 'denied', 'answered 401'],
    [500, '"oops"', 'failed', 'cannot tell its alerts now'],
    [302, '', 'garbage', 'is no Alertmanager: it answered 302'],
  ])('%i %s', async (status, body, kind, message) => {
    const { url } = await kept(
      httpServer((_, response) => void response.writeHead(status, { location: '/' }).end(body)),
    );
    await expect(sourceAt(url, 400).poll(never)).rejects.toMatchObject({
      kind,
      message: expect.stringContaining(message),
      mend: expect.any(String),
    });
  });

  it('a reset in the middle, silence, and what is no HTTP', async () => {
    const reset = await kept(
      httpServer((_, response) => {
        response.writeHead(200, { 'content-length': '100' });
        response.write('[{"fingerprint":', () => response.socket?.resetAndDestroy());
      }),
    );
    await expect(sourceAt(reset.url, 400).poll(never)).rejects.toMatchObject({
      kind: 'unreachable',
    });
    const silent = await kept(httpServer(() => undefined));
    await expect(sourceAt(silent.url, 400).poll(never)).rejects.toMatchObject({ kind: 'timeout' });
    const noise = await kept(tcpServer((socket) => void socket.resume().end('+PONG\r\n')));
    await expect(sourceAt(noise.url, 400).poll(never)).rejects.toMatchObject({ kind: 'garbage' });
    for (const server of servers) await server.drained();
  });

  it('keeps the firing ones when there are too many', async () => {
    const one = (n: number, state: string) => ({
      fingerprint: n.toString(16).padStart(16, '0'),
      labels: { alertname: 'A', n: String(n) },
      annotations: {},
      startsAt: '2026-01-02T03:04:05Z',
      status: { state, silencedBy: state === 'suppressed' ? ['s'] : [], inhibitedBy: [] },
    });
    const alerts = Array.from({ length: NOTICES_MAX + 50 }, (_, n) =>
      one(n, n < 100 ? 'active' : 'suppressed'),
    ).toReversed();
    const { url } = await kept(
      httpServer((request, response) => {
        response.end(JSON.stringify(request.url?.includes('silences') ? [] : alerts));
      }),
    );
    const found = await sourceAt(url, 20_000).poll(never);
    expect(found).toHaveLength(NOTICES_MAX);
    expect(found.slice(0, 100).every(({ state }) => state === 'firing')).toBe(true);
    // Its silence has gone by the time it is asked for.
    expect(found.at(-1)?.silence).toEqual({ id: 's', by: 'somebody', until: null, comment: '' });
  });

  const silenced = {
    fingerprint: '1',
    labels: { alertname: 'A' },
    annotations: {},
    startsAt: '2026-01-02T03:04:05Z',
    status: { state: 'suppressed', silencedBy: ['s'], inhibitedBy: [] },
  };

  it.each([
    ['are refused', 403, 'answered 403'],
    ['cannot be told', 500, 'answered 500'],
    ['never come', null, 'did not answer within'],
  ])('keeps the alerts when the silences %s, and says so', async (_what, status, words) => {
    const { url } = await kept(
      httpServer((request, response) => {
        if (!request.url?.includes('silences')) response.end(JSON.stringify([silenced]));
        else if (status !== null) response.writeHead(status).end('no');
      }),
    );
    const [alert] = await sourceAt(url, 400).poll(never);
    expect(alert).toMatchObject({
      name: 'A',
      state: 'silenced',
      silence: { id: 's', until: null },
    });
    expect(alert?.silence?.comment).toContain('its silence could not be read: ');
    expect(alert?.silence?.comment).toContain(words);
  });

  it('is told of by its address alone, without what is asked', async () => {
    const asked: (string | undefined)[] = [];
    const server = await kept(
      httpServer((request, response) => {
        asked.push(request.url);
        response.writeHead(500).end('no');
      }),
    );
    await expect(sourceAt(`${server.url}/?a=secret`).poll(never)).rejects.toMatchObject({
      message: expect.stringMatching(/\/api\/v2\/alerts answered 500/),
    });
    expect(asked).toEqual(['/api/v2/alerts']);
  });

  it('that is closed while it is asked for silences ends with the reason', async () => {
    const closing = new AbortController();
    const { url } = await kept(
      httpServer((request, response) => {
        if (!request.url?.includes('silences')) response.end(JSON.stringify([silenced]));
        else closing.abort(new Error('closed'));
      }),
    );
    await expect(sourceAt(url).poll(closing.signal)).rejects.toThrow('closed');
  });
});
