import fc from 'fast-check';
import { expect, test } from 'vitest';
import { stringify } from 'yaml';
import { ConfigError } from '../../../src/config/config-error.ts';
import { discover } from '../../../src/config/discovery/discover.ts';
import { planRegion } from '../../../src/config/plan-region.ts';
import { settingsOf } from '../../../src/config/settings.ts';
import { machine, planOf } from './files.ts';

const sections = [
  ...['docker', 'host', 'postgres', 'redis', 'metrics', 'prometheus', 'alertmanager', 'checks'],
  ...[
    'certificates',
    'logs',
    'kubernetes',
    'signals',
    'alerts',
    'services',
    'durations',
    'project',
  ],
];
const fields = [
  ...['name', 'url', 'service', 'port', 'socket', 'user', 'password', 'tls', 'ca', 'every', 'path'],
  ...['address', 'file', 'unit', 'expect', 'paths', 'host', 'queries', '__proto__', 'constructor'],
];
const values = [
  ...['postgres://u@h/d', 'redis://h', 'http://h/', 'https://[::1]/', 'h:443', '/x', 'env:X', '5s'],
  ...['tcp://', 'postgres://%', 'redis://h:x', '\u001b[31m', '', '://', 'verify', 'a'.repeat(2000)],
];

const scalar = fc.oneof(
  fc.constantFrom(...values),
  fc.string(),
  fc.integer(),
  fc.boolean(),
  fc.constant(null),
);
const entry = fc.dictionary(fc.constantFrom(...fields), fc.oneof(scalar, fc.array(scalar)));
const section = fc.oneof(entry, fc.array(fc.oneof(entry, scalar)), scalar);
const region = fc.dictionary(fc.constantFrom(...sections), section);

test('whatever a file holds, it is a plan, or it is refused in words with a place', () => {
  fc.assert(
    fc.property(region, (given) => {
      try {
        const plan = planOf(stringify({ regions: { a: given } }), machine({ X: 'http://x/' }));
        expect(settingsOf(plan).every(({ origin }) => origin !== '')).toBe(true);
      } catch (thrown) {
        expect(thrown).toBeInstanceOf(ConfigError);
        expect((thrown as Error).message).toMatch(
          /config\.yaml:\d+:\d+: error: .+; .+|no address of/,
        );
      }
    }),
    { numRuns: 300 },
  );
});

const variables = [
  ...['DOCKER_HOST', 'DOCKER_TLS_VERIFY', 'DATABASE_URL', 'PGHOST', 'PGPORT', 'PGSERVICE'],
  ...['REDIS_URL', 'PROMETHEUS_URL', 'KUBECONFIG', 'COMPOSE_FILE', 'COMPOSE_PROJECT_NAME'],
];
const paths = [
  ...['/home/ann/.docker/config.json', '/home/ann/.pg_service.conf', '/srv/shop/compose.yaml'],
  ...['/srv/shop/deploy/.env', '/var/run/docker.sock'],
];

test('whatever the surroundings hold, they are a plan, or DOCKER_HOST is refused', () => {
  const text = fc.oneof(fc.constantFrom(...values), fc.string());
  const env = fc.dictionary(fc.constantFrom(...variables), text);
  const files = fc.dictionary(fc.constantFrom(...paths), text);
  fc.assert(
    fc.property(env, files, (variablesGiven, filesGiven) => {
      const from = machine(variablesGiven, filesGiven);
      try {
        settingsOf(planRegion(null, discover(from), from));
      } catch (thrown) {
        expect(thrown).toBeInstanceOf(ConfigError);
        expect((thrown as Error).message).toContain('DOCKER_HOST');
      }
    }),
    { numRuns: 500 },
  );
});
