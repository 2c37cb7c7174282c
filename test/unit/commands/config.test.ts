import { expect, test } from 'vitest';
import { configSchemaCommand, configShowCommand } from '../../../src/commands/config.ts';
import { contract } from '../../../src/commands/contract.ts';
import { schemaCommand } from '../../../src/commands/schema.ts';
import { configSchema } from '../../../src/config/schema.ts';
import { machine, planOf } from '../config/files.ts';
import { keptOutput } from './output.ts';

const inUse = (env: Record<string, string>) => ({
  config: { files: [], absent: ['/etc/opsconsole/config.yaml'], theme: null },
  plan: planOf(null, machine(env, { '/var/run/docker.sock': '' })),
});

const env = {
  DATABASE_URL: 'postgres://app:hunter2@db/shop',
  PROMETHEUS_URL: 'http://ann:hunter2@prom:9090',
};

test('config show says every value, where it is from, and what was not found', () => {
  const output = keptOutput(true);
  expect(configShowCommand(inUse(env), output)).toBe(0);
  const shown = contract['config-show'].parse(JSON.parse(output.written.join('')));
  expect(shown.absent).toEqual(['/etc/opsconsole/config.yaml']);
  expect(shown.settings).toContainEqual({
    key: 'docker.host',
    value: 'unix:///var/run/docker.sock',
    origin: '/var/run/docker.sock, the usual socket',
  });
  expect(shown.settings).toContainEqual({
    key: 'postgres.postgres.password',
    value: '•••• (in DATABASE_URL)',
    origin: 'DATABASE_URL',
  });
  expect(shown.notFound.map(({ what }) => what)).toContain('cache');
  expect(output.written.join('')).not.toContain('hunter2');
});

test('in plain lines as well, without a secret', () => {
  const output = keptOutput(false);
  configShowCommand(inUse(env), output);
  const [text = ''] = output.written;
  expect(text).toContain('No configuration file; looked for /etc/opsconsole/config.yaml');
  expect(text).toMatch(/^postgres\.postgres\.address\s+db:5432\s+DATABASE_URL$/m);
  expect(text).toMatch(/^ {2}cache\s+REDIS_URL is not set\s+export REDIS_URL=/m);
  expect(text).not.toContain('hunter2');
});

test('config schema and schema config publish what the files are held against', async () => {
  const [own, general] = [keptOutput(false), keptOutput(false)];
  expect(await configSchemaCommand(own)).toBe(0);
  expect(schemaCommand(general, 'config')).toBe(0);
  expect(own.written).toEqual(general.written);
  const schema = JSON.parse(own.written.join(''));
  const region = schema.properties.regions.additionalProperties.properties;
  const published = Object.keys(region).toSorted();
  const wanted = [...'postgres redis metrics checks certificates logs'.split(' '), 'docker'];
  expect(published).toEqual(expect.arrayContaining(wanted));
  expect(region.redis.anyOf[0].properties.password.pattern).toMatch(/env:/);
  expect(configSchema.safeParse({ regions: { a: { redis: { password: 'x' } } } }).success).toBe(
    false,
  );
});

test('a schema nobody publishes names the nearest', () => {
  const output = keptOutput(false);
  expect(schemaCommand(output, 'confg')).toBe(2);
  expect(output.notes).toEqual(['There is no schema confg; did you mean `config`?']);
});
