import { execFileSync } from 'node:child_process';
import { dirname } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';
import { chooseRegion, loadConfig } from '../../../src/config/config.ts';
import { ConfigError } from '../../../src/config/config-error.ts';
import { readSmallFile } from '../../../src/config/surroundings.ts';
import { configFile } from './files.ts';

const config = (...texts: readonly string[]) =>
  loadConfig(
    texts.map((text) => configFile(text)),
    null,
  );

test('a later file is laid over an earlier one, region by region', async () => {
  const loaded = await config(
    'theme: mono\nregions:\n  a: { system: one, project: p }\n  b: { system: two }\n',
    'regions:\n  a: { system: three }\n',
  );
  expect(Object.keys(loaded.regions)).toEqual(['a', 'b']);
  expect(loaded.regions['a']?.plain.value).toEqual({ system: 'three' });
  expect(loaded.theme).toMatchObject({ value: 'mono' });
  expect(loaded.files).toHaveLength(2);
});

test('files that are not there are passed over, the one that was named is not', async () => {
  const loaded = await loadConfig(['/none/a.yaml', '/none/b.yaml'], null);
  expect(loaded).toEqual({
    theme: null,
    regions: {},
    files: [],
    absent: ['/none/a.yaml', '/none/b.yaml'],
  });
  const named = loadConfig(['/none/b.yaml'], '/none/b.yaml');
  await expect(named).rejects.toThrow(ConfigError);
  await expect(named).rejects.toThrow('There is no configuration file /none/b.yaml');
});

test('a folder, or a file that is too large, is refused in words', async () => {
  const folder = dirname(configFile(''));
  await expect(loadConfig([folder], folder)).rejects.toThrow(/not a file; put a file there/);
  expect(() => readSmallFile(folder)).toThrow('it is no file');
  const large = configFile('a'.repeat(1024 * 1024 + 1));
  expect(() => readSmallFile(large)).toThrow(/larger/);
});

test('the region that is meant', async () => {
  const two = await config('regions: { a: {}, b: {} }');
  expect(chooseRegion(two, 'b')?.name).toBe('b');
  expect(() => chooseRegion(two, null)).toThrow('name one with --region (a, b)');
  expect(() => chooseRegion(two, 'nowhere')).toThrow(
    'No region nowhere is configured; there are a, b',
  );
  expect(() => chooseRegion(two, '__proto__')).toThrow(ConfigError);
  const one = await config('regions: { us-ashburn: {} }');
  expect(chooseRegion(one, null)?.name).toBe('us-ashburn');
  expect(() => chooseRegion(one, 'us-ashbum')).toThrow('did you mean `us-ashburn`?');
  const none = await loadConfig(['/none/a.yaml'], null);
  expect(chooseRegion(none, null)).toBeNull();
  expect(() => chooseRegion(none, 'a')).toThrow(
    'no configuration was found; write one to /none/a.yaml',
  );
});

test('without a file neither the schema library nor the YAML one is loaded', () => {
  const root = fileURLToPath(new URL('../../../', import.meta.url));
  const script = `
    import { registerHooks } from 'node:module';
    const loaded = [];
    registerHooks({ resolve(name, context, next) {
      const found = next(name, context);
      loaded.push(found.url);
      return found;
    } });
    const { loadConfig, chooseRegion } = await import('./src/config/config.ts');
    const { discover } = await import('./src/config/discovery/discover.ts');
    const { planRegion } = await import('./src/config/plan-region.ts');
    const from = { env: {}, home: '/h', cwd: '/c', uid: 1, exists: () => false, read: () => '' };
    const config = await loadConfig(['/none'], null);
    planRegion(chooseRegion(config, null), discover(from), from);
    console.log(JSON.stringify(loaded));
  `;
  const args = ['--input-type=module', '--eval', script];
  const loaded: string[] = JSON.parse(
    execFileSync(process.execPath, args, { cwd: root, encoding: 'utf8' }),
  );
  expect(loaded.some((url) => url.endsWith('/plan-region.ts'))).toBe(true);
  expect(loaded.filter((url) => url.includes('node_modules'))).toEqual([]);
});
