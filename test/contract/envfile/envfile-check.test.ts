import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { envfileActions } from '../../../src/integrations/envfile/actions.ts';
import type { EnvFiles } from '../../../src/integrations/envfile/place.ts';
import { envfileProbes } from '../../../src/integrations/envfile/probes.ts';
import { prepare, read, testContext } from '../../unit/integrations/context.ts';

const TEXT = [
  '# pool',
  'POSTGRES_POOL_SIZE=twenty # a word',
  'CACHE_ENABLED=True',
  'REDIS_PASSWORD=hunter 2',
  'REDIS_PORT=6379',
  '',
].join('\n');
const integer = { pattern: '\\d+', default: 20 };

let folder: string;
let files: EnvFiles;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'opsconsole-check-'));
  files = { isLocal: () => true, projectFolder: async () => folder };
});
afterEach(() => rm(folder, { recursive: true, force: true }));

const env = () => join(folder, '.env');
const check = (expected: object) =>
  read(envfileProbes(files), 'envfile.check', { expect: expected }, testContext());
const mend = (expected: object) =>
  prepare(envfileActions(files), 'envfile.set', { expect: expected }, testContext());

describe('envfile.check', () => {
  it('tells which settings do not fit, with the value that would', async () => {
    await writeFile(env(), TEXT);
    const told = await check({
      POSTGRES_POOL_SIZE: integer,
      CACHE_ENABLED: { pattern: 'true|false', default: true },
      REDIS_PORT: { pattern: '\\d{1,3}', default: '99' },
      RETRY_MAX_ATTEMPTS: integer,
      MODEL_PATH: { pattern: '/.+', required: true },
    });
    expect(told).toEqual({
      found: true,
      path: env(),
      count: 3,
      mendable: 2,
      first: { key: 'POSTGRES_POOL_SIZE', value: 'twenty', expected: '\\d+', default: '20' },
      wrong: [
        { key: 'POSTGRES_POOL_SIZE', value: 'twenty', expected: '\\d+', default: '20' },
        { key: 'REDIS_PORT', value: '6379', expected: '\\d{1,3}', default: '99' },
        { key: 'MODEL_PATH', value: null, expected: '/.+', default: null },
      ],
    });
  });

  it('holds the whole value against its pattern, and masks a secret', async () => {
    await writeFile(env(), TEXT);
    const told = await check({ REDIS_PASSWORD: { pattern: '\\S+', default: 'changeit' } });
    expect(told).toMatchObject({
      count: 1,
      first: { key: 'REDIS_PASSWORD', value: '••••', default: '••••' },
    });
    expect(JSON.stringify(told)).not.toMatch(/hunter|changeit/);
    expect(await check({ REDIS_PORT: { pattern: '63|79' } })).toMatchObject({ count: 1 });
    expect(await check({ REDIS_PORT: integer })).toMatchObject({ count: 0, first: null });
  });

  it('takes an absent file for a result, and says when a pattern goes astray', async () => {
    expect(await check({ A: integer })).toMatchObject({ found: false, path: null, count: 0 });
    await writeFile(env(), `A=${'a'.repeat(40)}!\n`);
    await expect(check({ A: { pattern: '(a+)+' } })).rejects.toThrow('took longer than 500 ms');
    await expect(check({ A: { pattern: '(' } })).rejects.toThrow('regular expression');
  });
});

describe('envfile.set with what is expected', () => {
  it('gives what does not fit its default, and leaves every other byte', async () => {
    await writeFile(env(), TEXT);
    const change = mend({ POSTGRES_POOL_SIZE: integer, REDIS_PORT: { pattern: '\\d+' } });
    const preview = await change.preview();
    expect(preview.input).toMatchObject({ set: { POSTGRES_POOL_SIZE: '20' }, expect: {} });
    expect(preview.command).toContain('POSTGRES_POOL_SIZE=20');
    expect(await change.run(preview)).toMatchObject({ changed: 1 });
    expect(await readFile(env(), 'utf8')).toBe(TEXT.replace('twenty', '20'));
    expect(await change.settle(preview, 0)).toMatchObject({ state: 'done' });
    expect(await check({ POSTGRES_POOL_SIZE: integer })).toMatchObject({ count: 0 });
  });

  it('refuses when nothing is wrong, when no default is known, and a secret for a default', async () => {
    await writeFile(env(), TEXT);
    await expect(mend({ REDIS_PORT: integer }).preview()).rejects.toThrow('is as expected');
    const unknown = mend({ POSTGRES_POOL_SIZE: { pattern: '\\d+' } });
    await expect(unknown.preview()).rejects.toThrow('no value is known that works');
    const secret = mend({ REDIS_PASSWORD: { pattern: '\\S+', default: 'changeit' } });
    await expect(secret.preview()).rejects.toThrow('looks like a secret');
    expect(await readFile(env(), 'utf8')).toBe(TEXT);
  });
});
