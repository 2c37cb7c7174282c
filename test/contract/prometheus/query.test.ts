import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { prometheusClient } from '../../../src/integrations/prometheus/query-client.ts';
import {
  type PrometheusQuery,
  prometheusSource,
} from '../../../src/integrations/prometheus/query-source.ts';
import { eventually } from '../../harness/eventually.ts';
import { describeReal } from '../../harness/suites.ts';
import { httpServer, type TestServer } from '../http/servers.ts';
import { prometheusServer, type ServerProcess } from './process.ts';

const never = new AbortController().signal;
// `test`, as the web configuration of Prometheus wants it.
const BCRYPT = '$2b$12$hNf2lSsxfm0.i4a.1kVpSOVyBCfIB51VRjgBUyv6kdnyTlgWj81Ay';

/** The last value that was seen: on a busy machine a scrape may fail in between. */
const last = (metric: string) => `last_over_time(${metric}[1h])`;
const rows = last('rows');

describeReal('a Prometheus server', () => {
  let target: TestServer;
  let server: ServerProcess;
  let requests = 0;
  beforeAll(async () => {
    const many = Array.from({ length: 10_000 }, (_, n) => `rows{n="${n}"} ${n}`).join('\n');
    target = await httpServer((_, response) => {
      requests += 1;
      response.end(
        [
          '# TYPE requests_total counter',
          `requests_total{path="/a"} ${requests * 10}`,
          'queue{name="evil\u001b]0;owned\u0007"} 3',
          'odd{kind="nan"} NaN',
          'odd{kind="inf"} +Inf',
          many,
          '',
        ].join('\n'),
      );
    });
    server = await prometheusServer([`127.0.0.1:${target.port}`]);
    await server.start();
    await eventually(async () => (await sample(rows)).length > 0, { what: 'a scrape' });
  });
  afterAll(async () => {
    await server.remove();
    await target.close();
  });

  const client = (url = server.url, timeoutMs = 2000) => prometheusClient({ url, timeoutMs });
  const sample = async (expr: string) => (await client().instant(expr, never)).series;
  const source = (queries: readonly PrometheusQuery[], url = server.url, timeoutMs = 2000) =>
    prometheusSource({ name: 'prometheus', url, queries, intervalMs: 1000, timeoutMs });

  it('gives the values of expressions under the names they were given', async () => {
    const snapshot = await source([
      { name: 'queue', expr: last('queue') },
      { name: 'both', expr: `sum(${last('queue')}) * 2` },
      { name: 'number', expr: '42' },
    ]).poll(never);
    expect(snapshot).toMatchObject({
      target: 'prometheus',
      problems: [],
      samples: [
        {
          name: 'queue',
          labels: { job: 'test', instance: `127.0.0.1:${target.port}`, name: 'evil' },
          value: 3,
        },
        { name: 'both', labels: {}, value: 6 },
        { name: 'number', labels: {}, value: 42 },
      ],
    });
  });

  it('gives labels that are safe to show, and numbers that are none as such', async () => {
    expect((await sample(last('queue')))[0]?.labels['name']).toBe('evil');
    const odd = await sample(last('odd'));
    expect(odd.map(({ value }) => value)).toEqual(
      expect.arrayContaining([Number.POSITIVE_INFINITY, Number.NaN]),
    );
  });

  it('gives a range with its points', async () => {
    const scraped = await eventually(
      async () => {
        const to = Date.now();
        const range = { from: to - 60_000, to, stepMs: 1000 };
        const answer = await client().range('requests_total', range, never);
        return (answer.series[0]?.value.length ?? 0) > 2 ? answer : null;
      },
      { what: 'three points' },
    );
    const [series] = scraped.series;
    expect(series?.labels).toMatchObject({ path: '/a' });
    const points = series?.value ?? [];
    expect(points).toEqual(points.toSorted((a, b) => a.at - b.at));
    expect(Math.abs((points.at(-1)?.at ?? 0) - Date.now())).toBeLessThan(10_000);
    expect(points.at(-1)?.value).toBeGreaterThan(points[0]?.value ?? 0);
  });

  it('keeps a bounded number of 10,000 rows, and says so', async () => {
    const snapshot = await source([{ name: 'rows', expr: rows }]).poll(never);
    expect(snapshot.samples).toHaveLength(5000);
    expect(snapshot.problems).toEqual(['rows: gives 10000 series; the first 5000 are kept']);
  });

  it('tells an expression that cannot be read, beside the values of the others', async () => {
    const broken = { name: 'broken', expr: 'sum(queue' };
    const snapshot = await source([broken, { name: 'one', expr: 'vector(1)' }]).poll(never);
    expect(snapshot.samples).toMatchObject([{ name: 'one', value: 1 }]);
    expect(snapshot.problems?.[0]).toMatch(
      /^Prometheus cannot read the expression sum\(queue: .*parse error: unclosed left parenthesis/,
    );
    await expect(source([broken]).poll(never)).rejects.toMatchObject({
      kind: 'failed',
      mend: 'correct the expression in the configuration',
    });
  });

  it('tells one that cannot be answered, and one that gives a range', async () => {
    const clash = `${rows} * on() group_left() ${rows}`;
    await expect(source([{ name: 'x', expr: clash }]).poll(never)).rejects.toMatchObject({
      kind: 'failed',
      message: expect.stringContaining(`Prometheus cannot answer ${clash}: `),
    });
    await expect(source([{ name: 'x', expr: 'up[5m]' }]).poll(never)).rejects.toMatchObject({
      message: 'The expression gives a matrix, not a number',
    });
  });

  it('has a server that gives up on what takes too long', async () => {
    await server.kill();
    await server.start('--query.timeout=1ms');
    const heavy = { name: 'x', expr: 'sum(count_over_time(rows[1h:1s]))' };
    await expect(
      eventually(
        async () => {
          try {
            await source([heavy], server.url, 5000).poll(never);
            return null;
          } catch (thrown) {
            return thrown;
          }
        },
        { what: 'a refusal' },
      ),
    ).resolves.toMatchObject({
      kind: 'timeout',
      message: expect.stringContaining('Prometheus gave up on sum(count_over_time'),
    });
    await server.kill();
    await server.start();
  });

  it('answers without queries, and under a path', async () => {
    await expect(source([]).poll(never)).resolves.toMatchObject({ samples: [] });
    await server.kill();
    await server.start('--web.external-url=http://localhost/prom', '--web.route-prefix=/prom');
    const below = `${server.url}/prom/`;
    await expect(source([], below).poll(never)).resolves.toMatchObject({ samples: [] });
    await expect(source([]).poll(never)).rejects.toMatchObject({
      kind: 'garbage',
      message: expect.stringContaining('is no Prometheus server: it answered 404'),
    });
  });

  it('wants credentials, and is not told to anybody', async () => {
    await writeFile(join(server.dir, 'web.yml'), `basic_auth_users: { me: ${BCRYPT} }\n`);
    await server.kill();
    await server.start(`--web.config.file=${join(server.dir, 'web.yml')}`);
    await expect(source([]).poll(never)).rejects.toMatchObject({
      kind: 'denied',
      mend: 'give it a token, or credentials in its address',
    });
    const login = (password: string) => server.url.replace('//', `//me:${password}@`);
    await expect(source([], login('test'), 5000).poll(never)).resolves.toMatchObject({
      target: 'prometheus',
    });
    const refused: unknown = await source([], login('hunter2'), 5000)
      .poll(never)
      .catch((e) => e);
    expect(refused).toMatchObject({ kind: 'denied' });
    expect(String(refused)).not.toContain('hunter2');
  });

  it('is told when absent, killed and hung, and is well again right after', async () => {
    await server.kill();
    const asked = source([], server.url, 400);
    const refused = {
      kind: 'unreachable',
      message: expect.stringContaining('refuses connections'),
    };
    await expect(asked.poll(never)).rejects.toMatchObject(refused);
    await server.start();
    await expect(source([]).poll(never)).resolves.toMatchObject({ samples: [] });
    await server.freeze();
    await expect(asked.poll(never)).rejects.toMatchObject({
      kind: 'timeout',
      message: expect.stringContaining('did not answer within 0.4 s'),
    });
    server.thaw();
    await expect(source([]).poll(never)).resolves.toMatchObject({ samples: [] });
  });
});
