import { createHash } from 'node:crypto';
import { describe, expect, test } from 'vitest';
import { discover } from '../../../src/config/discovery/discover.ts';
import { machine } from './files.ts';

const found = (env: Record<string, string>, files: Record<string, string> = {}) =>
  discover(machine(env, files));

const contextId = createHash('sha256').update('far').digest('hex');
const contextFiles = {
  '/home/ann/.docker/config.json': '{"currentContext":"far"}',
  [`/home/ann/.docker/contexts/meta/${contextId}/meta.json`]:
    '{"Name":"far","Endpoints":{"docker":{"Host":"tcp://far:2376","SkipTLSVerify":false}}}',
  [`/home/ann/.docker/contexts/tls/${contextId}/docker/ca.pem`]: 'PEM',
  [`/home/ann/.docker/contexts/tls/${contextId}/docker/cert.pem`]: 'PEM',
};

describe('the engine is the one the docker command would use', () => {
  test.each([
    ['DOCKER_HOST', { DOCKER_HOST: 'tcp://h:2375' }, {}, 'tcp://h:2375', 'DOCKER_HOST', true],
    [
      'DOCKER_HOST before the context',
      { DOCKER_HOST: 'ssh://h' },
      contextFiles,
      'ssh://h',
      'DOCKER_HOST',
      true,
    ],
    [
      'an empty DOCKER_HOST is none',
      { DOCKER_HOST: '' },
      { '/var/run/docker.sock': '' },
      'unix:///var/run/docker.sock',
      '/var/run/docker.sock, the usual socket',
      true,
    ],
    [
      'the current context',
      {},
      contextFiles,
      'tcp://far:2376',
      'docker context far (/home/ann/.docker/config.json)',
      true,
    ],
    [
      'DOCKER_CONTEXT',
      { DOCKER_CONTEXT: 'far' },
      { ...contextFiles, '/home/ann/.docker/config.json': '{}' },
      'tcp://far:2376',
      'docker context far (DOCKER_CONTEXT)',
      true,
    ],
    [
      'a context that is not there, and a file that is no JSON',
      {},
      { '/home/ann/.docker/config.json': '{"currentContext', '/var/run/docker.sock': '' },
      'unix:///var/run/docker.sock',
      '/var/run/docker.sock, the usual socket',
      true,
    ],
    [
      'the rootless socket',
      { XDG_RUNTIME_DIR: '/run/user/7' },
      { '/run/user/7/docker.sock': '' },
      'unix:///run/user/7/docker.sock',
      '/run/user/7/docker.sock, the rootless engine’s socket',
      true,
    ],
    [
      'the rootless socket by the user’s number',
      {},
      { '/run/user/1000/docker.sock': '' },
      'unix:///run/user/1000/docker.sock',
      '/run/user/1000/docker.sock, the rootless engine’s socket',
      true,
    ],
    [
      'none: the usual socket, which is not expected',
      {},
      {},
      'unix:///var/run/docker.sock',
      '/var/run/docker.sock, the usual socket',
      false,
    ],
  ])('%s', (_name, env, files, host, origin, expected) => {
    expect(discover(machine(env, files)).docker).toMatchObject({ host, origin, expected });
  });

  test('TLS as the docker command has it', () => {
    const tcp = { DOCKER_HOST: 'tcp://h:2376' };
    const pem = { '/certs/ca.pem': '', '/certs/cert.pem': '', '/certs/key.pem': '' };
    expect(found(tcp).docker.tls).toBeNull();
    const verified = { ...tcp, DOCKER_TLS_VERIFY: '1', DOCKER_CERT_PATH: '/certs' };
    expect(found(verified, pem).docker.tls).toEqual({
      ca: '/certs/ca.pem',
      cert: '/certs/cert.pem',
      key: '/certs/key.pem',
      verify: true,
    });
    // The authority is named although it is missing: connecting says so.
    expect(found({ ...tcp, DOCKER_TLS_VERIFY: '1' }).docker.tls).toEqual({
      ca: '/home/ann/.docker/ca.pem',
      cert: null,
      key: null,
      verify: true,
    });
    expect(found({}, contextFiles).docker.tls).toMatchObject({ key: null, verify: true });
    const socket = { DOCKER_HOST: 'unix:///s', DOCKER_TLS_VERIFY: '1' };
    expect(found(socket).docker.tls).toBeNull();
  });
});

describe('the compose project is called as compose calls it', () => {
  const here = '/srv/shop/deploy';
  test.each([
    ['the variable', { COMPOSE_PROJECT_NAME: 'x' }, {}, 'x', 'COMPOSE_PROJECT_NAME'],
    [
      'the folder',
      {},
      { [`${here}/compose.yaml`]: 'services: {}' },
      'deploy',
      `the folder of ${here}/compose.yaml`,
    ],
    [
      'a folder above',
      {},
      { '/srv/shop/docker-compose.yml': '' },
      'shop',
      'the folder of /srv/shop/docker-compose.yml',
    ],
    [
      'a name',
      {},
      { [`${here}/compose.yml`]: 'services:\n  name: no\nname: "Shop" # ours\n' },
      'shop',
      `${here}/compose.yml`,
    ],
    [
      'a name with a default',
      {},
      { [`${here}/compose.yml`]: `name: \${SHOP:-two}\n` },
      'two',
      `${here}/compose.yml`,
    ],
    [
      'a name from a variable',
      { SHOP: 'one' },
      { [`${here}/compose.yml`]: `name: \${SHOP:-two}\n` },
      'one',
      `${here}/compose.yml`,
    ],
    [
      '.env',
      {},
      { [`${here}/compose.yml`]: 'name: a', [`${here}/.env`]: 'A=1\nCOMPOSE_PROJECT_NAME="b"\n' },
      'b',
      `${here}/.env`,
    ],
    [
      'COMPOSE_FILE',
      { COMPOSE_FILE: '../x/y.yml:z.yml' },
      { '/srv/shop/x/y.yml': 'name: y' },
      'y',
      '/srv/shop/x/y.yml',
    ],
    ['odd signs', {}, { [`${here}/compose.yml`]: 'name: -_A b!.c' }, 'a', `${here}/compose.yml`],
  ])('%s', (_name, env, files, value, origin) => {
    const project = discover(machine(env, files as unknown as Record<string, string>)).project;
    expect(project).toMatchObject({ value, origin });
    expect(project?.named).toBe(origin === 'COMPOSE_PROJECT_NAME');
  });

  test('no compose file, no project; only the variable counts as named', () => {
    expect(found({}).project).toBeNull();
    expect(found({}, { [`${here}/compose.yaml`]: '' }).namedProject).toBeNull();
    expect(found({ COMPOSE_PROJECT_NAME: 'x' }).namedProject).toMatchObject({ value: 'x' });
  });
});

describe('PostgreSQL', () => {
  test('DATABASE_URL, with its password held back', () => {
    const env = { DATABASE_URL: 'postgres://app:s%40cret@db:6432/shop?sslmode=verify-full' };
    const { postgres } = found(env);
    expect(postgres).toMatchObject({
      origin: 'DATABASE_URL',
      address: { kind: 'host', host: 'db', port: 6432 },
      user: 'app',
      database: 'shop',
      tls: 'verify',
    });
    expect(postgres?.password?.read()).toBe('s@cret');
    expect(JSON.stringify(postgres)).not.toContain('cret');
  });

  test.each([
    ['postgresql://h', { kind: 'host', host: 'h', port: 5432 }],
    ['postgres://h1:1111,h2:2222/d', { kind: 'host', host: 'h1', port: 1111 }],
    ['postgres://[::1]:5433/d', { kind: 'host', host: '::1', port: 5433 }],
    ['postgres:///d?host=/run/pg&port=5434', { kind: 'socket', path: '/run/pg', port: 5434 }],
    ['postgres://%2Frun%2Fpg/d', { kind: 'socket', path: '/run/pg', port: 5432 }],
  ])('%s', (url, address) => {
    expect(found({ DATABASE_URL: url }).postgres?.address).toEqual(address);
  });

  test('the variables of its own tools, each with its origin', () => {
    const env = {
      PGHOST: 'a,b',
      PGPORT: '6000',
      PGUSER: 'ops',
      PGPASSWORD: 'secret',
      PGSSLMODE: 'require',
    };
    const { postgres } = found(env);
    expect(postgres).toMatchObject({
      origin: 'PGHOST',
      address: { kind: 'host', host: 'a', port: 6000 },
      user: 'ops',
      database: 'ops',
      tls: 'require',
      passwordFile: '/home/ann/.pgpass',
      origins: { address: 'PGHOST', user: 'PGUSER', password: 'PGPASSWORD', tls: 'PGSSLMODE' },
    });
    expect(postgres?.password?.read()).toBe('secret');
  });

  test('a port that is none is left at the usual one', () => {
    const { postgres } = found({ PGHOST: 'db', PGPORT: 'five' });
    expect(postgres?.address).toEqual({ kind: 'host', host: 'db', port: 5432 });
  });

  test('a service file', () => {
    const file =
      '[one]\nhost=1\n[two]\n# host=x\nhost = /run/two\ndbname=shop\npassword=pw\n[three]\nuser=u';
    const { postgres } = found({ PGSERVICE: 'two' }, { '/home/ann/.pg_service.conf': file });
    expect(postgres).toMatchObject({
      address: { kind: 'socket', path: '/run/two', port: 5432 },
      database: 'shop',
      user: 'postgres',
      origins: { address: '/home/ann/.pg_service.conf [two]' },
    });
    expect(postgres?.password?.read()).toBe('pw');
  });

  test('PGDATABASE alone means the socket of this host, else localhost', () => {
    const socket = { '/var/run/postgresql/.s.PGSQL.5432': '' };
    expect(found({ PGDATABASE: 'd' }, socket).postgres?.address).toEqual({
      kind: 'socket',
      path: '/var/run/postgresql',
      port: 5432,
    });
    expect(found({ PGDATABASE: 'd', USER: 'ann' }).postgres).toMatchObject({
      address: { kind: 'host', host: 'localhost', port: 5432 },
      user: 'ann',
    });
  });
});

test('REDIS_URL, with TLS, user and database', () => {
  const { redis } = found({ REDIS_URL: 'rediss://ops:s3@cache:6380/2' });
  expect(redis).toMatchObject({
    address: { kind: 'host', host: 'cache', port: 6380 },
    username: 'ops',
    tls: 'verify',
    database: 2,
  });
  expect(redis?.password?.read()).toBe('s3');
  expect(found({ REDIS_URL: 'unix:///run/redis.sock?db=3' }).redis).toMatchObject({
    address: { kind: 'socket', path: '/run/redis.sock' },
    database: 3,
    tls: 'off',
  });
});

test('what cannot be used is named by its variable, never by its value', () => {
  const { unusable, postgres, redis, prometheus } = found({
    DATABASE_URL: 'mysql://u:hunter2@h/d',
    REDIS_URL: 'hunter2',
    PROMETHEUS_URL: 'prom:9090',
    ALERTMANAGER_URL: 'http://am:9093',
  });
  expect([postgres, redis, prometheus]).toEqual([null, null, null]);
  expect(unusable.map(({ variable }) => variable)).toEqual([
    'DATABASE_URL',
    'REDIS_URL',
    'PROMETHEUS_URL',
  ]);
  expect(JSON.stringify(unusable)).not.toContain('hunter2');
});

test.each([
  ['KUBECONFIG', { KUBECONFIG: ':/a:/b' }, {}, '/a', 'KUBECONFIG'],
  [
    'the usual file',
    {},
    { '/home/ann/.kube/config': '' },
    '/home/ann/.kube/config',
    '/home/ann/.kube/config',
  ],
  [
    'a pod',
    { KUBERNETES_SERVICE_HOST: '10.0.0.1' },
    { '/var/run/secrets/kubernetes.io/serviceaccount/token': '' },
    null,
    'the pod this runs in',
  ],
])('a cluster by %s', (_name, env, files, kubeconfig, origin) => {
  const { kubernetes } = discover(machine(env, files as unknown as Record<string, string>));
  expect(kubernetes).toMatchObject({ kubeconfig, origin });
  expect(found({}).kubernetes).toBeNull();
});
