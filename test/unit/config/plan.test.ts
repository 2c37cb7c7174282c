import { describe, expect, test } from 'vitest';
import { ConfigError } from '../../../src/config/config-error.ts';
import { settingsOf } from '../../../src/config/settings.ts';
import { OperatorError } from '../../../src/domain/operator-error.ts';
import type { SignalDefinition } from '../../../src/signals/definition.ts';
import { machine, planOf } from './files.ts';

const region = (lines: string) => `regions:\n  a:\n    ${lines.replaceAll('\n', '\n    ')}\n`;

describe('without configuration', () => {
  test('what the surroundings name is connected, the rest is named with its one line', () => {
    const env = { DATABASE_URL: 'postgres://app@db/shop', ALERTMANAGER_URL: 'http://am:9093' };
    const plan = planOf(null, machine(env, { '/var/run/docker.sock': '' }));
    expect(plan.name).toBeNull();
    expect(plan.docker?.host).toBe('unix:///var/run/docker.sock');
    expect(plan.postgres.map(({ origin }) => origin)).toEqual(['DATABASE_URL']);
    expect(plan.alertmanager?.url).toBe('http://am:9093');
    expect(plan.host).toMatchObject({ name: 'host', paths: null });
    const missing = plan.notFound.map(({ what, mend }) => [what, mend]);
    expect(missing).toEqual([
      ['pods', 'export KUBECONFIG=/path/to/kubeconfig'],
      ['cache', 'export REDIS_URL=redis://HOST:6379'],
      ['metrics', 'export PROMETHEUS_URL=http://HOST:9090'],
      [
        'checks',
        'write to ~/.config/opsconsole/config.yaml: ' +
          'regions: {local: {checks: [{name: shop, url: "https://HOST/healthz"}]}}',
      ],
      ['certificates', expect.stringContaining('certificates: [{address: "HOST:443"}]')],
      ['logs beside the containers’', expect.stringContaining('logs: [{file: /var/log/syslog}]')],
    ]);
  });

  test('nothing at all: even the engine is named, and still tried', () => {
    const plan = planOf(null);
    expect(plan.docker).toMatchObject({ host: 'unix:///var/run/docker.sock', expected: false });
    expect(plan.notFound[0]).toMatchObject({
      kind: 'containers',
      mend: 'export DOCKER_HOST=unix:///var/run/docker.sock',
    });
  });

  test('a variable that holds something else says so', () => {
    const plan = planOf(null, machine({ DATABASE_URL: 'mysql://u:pw@h/d' }));
    const found = plan.notFound.find(({ kind }) => kind === 'database');
    expect(found?.message).toBe('DATABASE_URL holds no such address');
    expect(found?.mend).toMatch(/^set it to postgres:/);
  });

  test.each(['garbage', 'ftp://h', 'tcp://', '2375'])('DOCKER_HOST %s is refused', (host) => {
    const plan = () => planOf(null, machine({ DOCKER_HOST: host }));
    expect(plan).toThrow(ConfigError);
    expect(plan).toThrow(/DOCKER_HOST.* is no address of a Docker engine; write unix:\/\/\/PATH/);
  });

  test('the disks of this host are no part of an engine elsewhere', () => {
    expect(planOf(null, machine({ DOCKER_HOST: 'ssh://far' })).host).toBeNull();
  });
});

describe('a configured region', () => {
  test('takes only what it names, the engine and a named project excepted', () => {
    const env = {
      DATABASE_URL: 'postgres://h/d',
      REDIS_URL: 'redis://h',
      DOCKER_HOST: 'tcp://h:2375',
      COMPOSE_PROJECT_NAME: 'shop',
    };
    const files = { '/srv/shop/deploy/compose.yaml': 'name: other' };
    const plan = planOf(region('system: falcon'), machine(env, files));
    expect(plan.postgres).toEqual([]);
    expect(plan.redis).toEqual([]);
    expect(plan.docker?.host).toBe('tcp://h:2375');
    expect(plan.project).toMatchObject({ value: 'shop', origin: 'COMPOSE_PROJECT_NAME' });
    expect(plan.notFound.find(({ kind }) => kind === 'database')).toEqual({
      kind: 'database',
      what: 'database',
      message: 'the region names none; that of DATABASE_URL is not taken for it',
      mend: expect.stringMatching(/^add to regions\.a: postgres: \{url: /),
    });
    const unnamed = planOf(region('system: falcon'), machine({}, files));
    expect(unnamed.project).toBeNull();
  });

  test('the command line says it over everything else', () => {
    const plan = planOf(region('system: one\nproject: two'), machine(), {
      system: 'three',
      readOnly: true,
    });
    expect(plan.system).toEqual({ value: 'three', origin: '--system' });
    expect(plan.project).toMatchObject({ value: 'two', named: true });
    expect(plan.readOnly).toBe(true);
    expect(plan.maxRisk).toBe('destructive');
  });

  test('one entry or a list; names by default, with numbers where they are taken', () => {
    const one = planOf(region('postgres: { service: pg, user: u }')).postgres;
    expect(one).toMatchObject([
      { name: 'pg', address: { kind: 'service', service: 'pg', port: 5432 }, database: 'u' },
    ]);
    const several = planOf(
      region(`redis:
  - { url: redis://h }
  - { name: redis, socket: /run/r.sock }
  - { url: rediss://h:7000/3, tls: require }`),
    ).redis;
    expect(several.map(({ name, tls }) => [name, tls])).toEqual([
      ['redis 2', 'off'],
      ['redis', 'off'],
      ['redis 3', 'require'],
    ]);
    expect(several[1]?.address).toEqual({ kind: 'socket', path: '/run/r.sock', port: 6379 });
  });

  test('a cache entry that names no server holds the credentials of the pack’s', () => {
    const env = { CACHE: 's3' };
    const plan = planOf(region('redis: { username: ops, password: env:CACHE }'), machine(env));
    expect(plan.redis).toEqual([]);
    expect(plan.cacheCredentials?.username).toBe('ops');
    expect(plan.cacheCredentials?.password?.read()).toBe('s3');
  });

  test('a database entry that names no server holds the login of the pack’s', () => {
    const env = { DB: 's4' };
    const fields = 'postgres: { user: watcher, password: env:DB, tls: require }';
    const plan = planOf(region(fields), machine(env));
    expect(plan.postgres).toEqual([]);
    const login = plan.databaseCredentials;
    expect(login).toMatchObject({ user: 'watcher', database: null, tls: 'require', ca: null });
    expect(login?.password?.read()).toBe('s4');
    const rows = settingsOf(plan).filter(({ key }) => key.startsWith('postgres.'));
    expect(rows.map(({ key, value }) => [key, value])).toContainEqual([
      'postgres.password',
      expect.stringContaining('env:DB'),
    ]);
    expect(JSON.stringify(rows)).not.toContain('s4');
    expect(planOf(region('project: shop'), machine(env)).databaseCredentials).toBeNull();
  });

  test('without a region, what PostgreSQL’s own tools log in with is that of the pack’s', () => {
    expect(planOf(null).databaseCredentials).toBeNull();
    const byVariable = planOf(null, machine({ PGPASSWORD: 's5', PGUSER: 'me' }));
    expect(byVariable.databaseCredentials).toMatchObject({ user: 'me', origin: 'PGPASSWORD' });
    expect(byVariable.databaseCredentials?.password?.read()).toBe('s5');
    const file = planOf(null, machine({ PGPASSFILE: '/secret/pgpass' }, { '/secret/pgpass': '' }));
    expect(file.databaseCredentials).toMatchObject({
      user: null,
      password: null,
      passwordFile: '/secret/pgpass',
    });
  });

  test('checks and certificates as they are asked for', () => {
    const plan = planOf(
      region(`checks:
  - { name: a, url: https://h/, expect: { max-latency: 2s, json: { ok: true } }, every: 30s }
  - { name: b, service: web, port: 80, path: /ready, method: HEAD }
certificates: { address: '[::1]:8443', servername: shop }`),
    );
    expect(plan.checks).toMatchObject([
      {
        name: 'a',
        address: { kind: 'url', url: 'https://h/' },
        expect: { status: [200], json: { ok: true }, body: null, maxLatencyMs: 2000 },
        intervalMs: 30_000,
        followRedirects: false,
      },
      { address: { kind: 'service', service: 'web', port: 80, path: '/ready' }, method: 'HEAD' },
    ]);
    expect(plan.certificates).toMatchObject([
      { name: 'shop', host: '::1', port: 8443, servername: 'shop', intervalMs: 300_000 },
    ]);
  });

  test('what is switched off is off', () => {
    const plan = planOf(region('docker: false\nhost: false'));
    expect([plan.docker, plan.host]).toEqual([null, null]);
    expect(plan.notFound.map(({ kind }) => kind)).not.toContain('containers');
    expect(planOf(region('docker: ssh://far\nhost: true')).host).not.toBeNull();
  });
});

describe('secrets', () => {
  const text = region(
    'postgres: { url: env:SHOP_URL }\nprometheus: { url: http://p, token: env:PROM }',
  );

  test('an address by reference is read for the plan, others only when they are needed', () => {
    const env = { SHOP_URL: 'postgres://app:pw@db/shop' };
    const plan = planOf(text, machine(env));
    expect(plan.postgres[0]).toMatchObject({ address: { host: 'db' }, user: 'app' });
    expect(plan.postgres[0]?.password?.read()).toBe('pw');
    expect(() => plan.prometheus?.token?.read()).toThrow(OperatorError);
    expect(() => plan.prometheus?.token?.read()).toThrow('The secret env:PROM is not set');
  });

  test('an address whose variable is not set, or holds none, is refused at its place', () => {
    expect(() => planOf(text)).toThrow(/:3:17: error: The secret env:SHOP_URL is not set; export/);
    const wrong = () => planOf(text, machine({ SHOP_URL: 'mysql://u:hunter2@h' }));
    expect(wrong).toThrow(/:3:17: error: env:SHOP_URL holds no address of such a server/);
    expect(wrong).not.toThrow(/hunter2/);
  });

  test('a secret file that is missing, empty or shut says which', () => {
    const of = (files: Record<string, string>) =>
      planOf(region('redis: { url: redis://h, password: file:/run/pw }'), machine({}, files))
        .redis[0]?.password;
    expect(of({ '/run/pw': 'pw\n' })?.read()).toBe('pw');
    expect(() => of({})?.read()).toThrow('The secret file:/run/pw is not there');
    expect(() => of({ '/run/pw': '\n' })?.read()).toThrow('The secret file:/run/pw is empty');
  });
});

test('every value is shown with its origin, and no secret with it', () => {
  const env = { SHOP_URL: 'postgres://app:hunter2@db/shop' };
  const text = region(
    'project: shop\npostgres:\n  - { name: main, url: env:SHOP_URL, every: 10s }\nservices: { cache: [a, b] }',
  );
  const settings = settingsOf(planOf(text, machine(env)));
  const short = (origin: string) => origin.replace(/^.*config\.yaml:/, '');
  const rows = new Map(settings.map(({ key, value, origin }) => [key, [value, short(origin)]]));
  expect(rows.get('region')).toEqual(['a', '2:3']);
  expect(rows.get('project')).toEqual(['shop', '3:5']);
  expect(rows.get('services.cache')).toEqual(['a,b', '6:5']);
  expect(rows.get('postgres.main.address')).toEqual(['db:5432', '5:23']);
  expect(rows.get('postgres.main.password')).toEqual(['•••• (in env:SHOP_URL)', '5:23']);
  expect(rows.get('postgres.main.every')).toEqual(['10s', '5:42']);
  expect(rows.get('postgres.main.timeout')).toEqual(['3s', 'default']);
  expect(rows.get('max-risk')).toEqual(['destructive', 'default']);
  expect(JSON.stringify(settings)).not.toContain('hunter2');
});

test('what is forbidden in a region: planned as a rule of its policy, and told', () => {
  const text = region('forbid: [{ action: "host.*", except: ["process:mine"], why: not ours }]');
  const plan = planOf(text, machine());
  expect(plan.forbid).toEqual([
    { action: 'host.*', target: null, region: null, except: ['process:mine'], why: 'not ours' },
  ]);
  expect(settingsOf(plan).find(({ key }) => key === 'forbid')?.value).toBe('host.* *: not ours');
});

describe('signals and alerts of a region', () => {
  const packs: SignalDefinition = {
    id: 'p95',
    title: 'p95',
    unit: 'seconds',
    computation: { kind: 'gauge', of: { name: 'p95', labels: {} } },
    thresholds: null,
    states: null,
  } as SignalDefinition;
  const text = (signal: string) =>
    region(`durations: { window: 2m }
signals:
  - { id: rate, title: Rate, unit: perSecond, rate: requests_total, window: window }
alerts:
  - { name: Slow, signal: ${signal}, above: 1, for: 30s, severity: P2, summary: slow }`);

  test('signals use the region’s durations, alerts name its own or the pack’s', () => {
    const { definitions } = planOf(text('p95'));
    expect(definitions?.signals).toMatchObject([
      { id: 'rate', computation: { kind: 'rate', windowMs: 120_000 } },
    ]);
    expect(definitions?.alerts([packs])).toMatchObject([{ name: 'Slow', signal: 'p95' }]);
    expect(planOf(text('rate')).definitions?.alerts([])).toHaveLength(1);
  });

  test('an alert on a signal of a pack that is not known yet waits for it', () => {
    expect(planOf(text('p95')).definitions?.alerts(null)).toEqual([]);
    expect(planOf(text('rate')).definitions?.alerts(null)).toHaveLength(1);
  });

  test('an alert on a signal that nobody has is told with its place', () => {
    const alerts = () => planOf(text('p96')).definitions?.alerts([packs]);
    expect(alerts).toThrow(ConfigError);
    expect(alerts).toThrow(/:7:31: error: unknown signal `p96`; did you mean `p95`\?/);
  });
});
