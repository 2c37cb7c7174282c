import { describe, expect, test } from 'vitest';
import { errorsOf } from './files.ts';

/** A region whose first line is the fourth column of line 3. */
const region = (lines: string) => `regions:\n  a:\n    ${lines.replaceAll('\n', '\n    ')}\n`;

test('a region that uses every section is one', () => {
  const text = region(`
system: falcon
project: falcon
docker: { host: 'tcp://10.0.0.4:2376', tls: { ca: /c/ca.pem, cert: /c/cert.pem, key: /c/key.pem } }
services: { cache: [cache-1, cache-2] }
durations: { signal-window: 10s }
read-only: true
max-risk: disruptive
postgres:
  - { name: main, url: 'postgres://app@db:5432/shop', password: env:SHOP_DB, every: 10s }
  - { service: postgres, user: ops, password: file:/run/secrets/pg, tls: verify, ca: /c/ca.pem }
  - { socket: /var/run/postgresql, user: postgres }
redis: { url: 'rediss://cache:6380/1', username: ops, password: env:CACHE }
metrics: [{ service: worker, port: 9100 }, { url: 'http://10.0.0.4:9100/metrics', timeout: 2s }]
prometheus: { url: 'http://prom:9090', token: env:PROM, queries: { p95: 'quantile(0.95, x)' } }
alertmanager: { url: 'http://am:9093' }
checks:
  - name: shop
    url: https://shop.example/healthz
    expect: { status: [200, 204], json: { status.db: ok }, body: fine, max-latency: 500ms }
    follow-redirects: true
certificates: [{ address: 'shop.example:443' }, { address: '[::1]:8443', servername: shop }]
host: { paths: [/, /var] }
logs: [{ file: /var/log/syslog, name: syslog }, { unit: docker }]
kubernetes: { context: prod }
signals:
  - { id: queue, title: Queue, unit: count, gauge: queue_depth, above: { warning: 10 } }
alerts:
  - { name: QueueLong, signal: queue, above: 10, severity: P2, summary: '{{value}} wait' }`);
  expect(errorsOf(`theme: mono\n${text}`)).toEqual([]);
});

describe('what is wrong is told with place, words and mend', () => {
  test.each([
    [
      'docker: ftp://host',
      /^3:13: error: `docker` is not of the form.*; an engine is unix:\/\/\/PATH/,
    ],
    ['dokcer: unix:///x', /^3:5: error: unknown field `dokcer`; did you mean `docker`\?$/],
    ['postgres: { urll: x }', /^3:17: error: unknown field `urll`; did you mean `url`\?$/m],
    [
      'postgres: {}',
      /^3:15: error: nothing says where it is; give one of `url`, `service`, `socket`$/,
    ],
    [
      'postgres: { url: postgres://h/d, service: pg }',
      /^3:38: error: `url` and `service` both say where it is; keep one of them$/,
    ],
    [
      'postgres: { url: postgres://h/d, port: 1 }',
      /^3:38: error: `port` means nothing beside `url`; write it into the url/,
    ],
    [
      'postgres: { url: "postgres://h:99999/d" }',
      /^3:22: error: `url` cannot be read; write it as/,
    ],
    [
      'max-risk: disruptiv',
      /^3:15: error: `max-risk` must be one of .*; did you mean `disruptive`\?$/,
    ],
    [
      'read-only: maybe',
      /^3:16: error: `read-only` must be true or false; see `opsconsole config schema`/,
    ],
    [
      'durations: { window: soon }',
      /^3:26: error: `window` is not of the form.*; durations are such as/,
    ],
    ['metrics: { service: web }', /^3:14: error: `port` is missing beside `service`; add `port`/],
    [
      'metrics: { url: http://h/m, every: 1ms }',
      /^3:40: error: `every` is too short; give 250ms or more$/,
    ],
    ['checks: [{ url: https://h/ }]', /^3:14: error: `name` is missing; add `name`: text$/],
    [
      'checks: [{ name: a, url: https://h/, method: HEAD, expect: { body: x } }]',
      /error: an answer to HEAD has no body for `body`; use GET, or remove it$/,
    ],
    [
      'certificates: [{ address: shop.example }]',
      /^3:31: error: `address` is not of the form.*; HOST:PORT$/,
    ],
    [
      'certificates: [{ address: "h:70000" }]',
      /^3:31: error: 70000 is no port; ports are 1 to 65535$/,
    ],
    ['logs: { name: x }', /^3:11: error: nothing says where it is; give one of `file`, `unit`$/],
    [
      'logs: { file: var/log/x }',
      /^3:19: error: `file` is not of the form.*; a path from the root/,
    ],
    [
      'prometheus: { url: prom:9090 }',
      /^3:24: error: `url` is not of the form.*; an address such as/,
    ],
    [
      'checks: [{ name: a, url: http://h/ }, { name: a, url: http://i/ }]',
      /^3:51: error: the name `a` is given twice, first at .*:3:14; give one of them another name$/,
    ],
    [
      'signals: [{ id: q, title: Q, unit: count, gauge: "q{" }]',
      /^3:5\d: error: .*; such as http_requests_total/,
    ],
    ['signals: [{ id: q, title: Q, unit: count }]', /^3:15: error: a signal has none of .*`gauge`/],
    [
      'alerts: [{ name: A, signal: q, severity: P9, summary: x }]',
      /error: `severity` must be one of/,
    ],
  ])('%s', (lines, says) => {
    const errors = errorsOf(region(lines));
    expect(errors).toHaveLength(1);
    expect(errors[0]).toMatch(says);
  });

  test('everything at once, also of several regions and of the file itself', () => {
    const errors = errorsOf('theme: pink\nregions:\n  a:\n    foo: 1\n  b:\n    host: 7\n');
    expect(errors.map((line) => line.split(': ')[0])).toEqual(['1:8', '4:5', '6:11']);
  });

  test('what is no YAML, and no mapping', () => {
    expect(errorsOf('regions: {')[0]).toMatch(/^\d+:\d+: error: not valid YAML/);
    expect(errorsOf('- a')[0]).toMatch(
      /^1:1: error: .*must be fields; see `opsconsole config schema`/,
    );
    expect(errorsOf('regions:\n  a: 7')[0]).toMatch(/^2:6: error: `a` must be fields/);
  });

  test('an empty file, and one without regions, are right', () => {
    expect(errorsOf('')).toEqual([]);
    expect(errorsOf('theme: auto')).toEqual([]);
    expect(errorsOf('regions: { a: }')).toEqual([]);
  });
});

describe('a secret that is written out', () => {
  test.each([
    ['redis: { url: redis://h, password: hunter2 }', '`password` is written in clear'],
    ['postgres: { url: postgres://h/d, password: 1234 }', '`password` is written in clear'],
    ['prometheus: { url: http://h, token: hunter2 }', '`token` is written in clear'],
    ['postgres: { url: "postgres://u:hunter2@h/d" }', '`url` holds a password in clear'],
    ['redis: { url: "redis://:hunter2@h" }', '`url` holds a password in clear'],
    ['checks: [{ name: a, url: "https://u:hunter2@h/" }]', '`url` holds a password in clear'],
    ['docker: tcp://u:hunter2@h:2375', '`docker` holds a password in clear'],
  ])('%s is refused, once, and not repeated', (lines, says) => {
    const errors = errorsOf(region(lines));
    expect(errors).toHaveLength(1);
    expect(errors[0]).toContain(says);
    expect(errors[0]).toMatch(/env:NAME/);
    expect(errors[0]).not.toMatch(/hunter2|1234/);
  });
});
