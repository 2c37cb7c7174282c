import { expect, test } from 'vitest';
import {
  forbiddenWords,
  importsOf,
  laxTests,
  oddName,
  orphanFixtures,
  replacedCalls,
  strayGlobals,
  tooLong,
  wrongImports,
} from '../../harness/tidy.ts';

const importing = (path: string, target: string) =>
  wrongImports({ path, text: `import { x } from '${target}';\n` });

test('imports are found in every form, and not in comments', () => {
  const text = [
    "import 'side-effect';",
    "import type { A } from './a.ts';",
    "import {\n  b,\n  type C,\n} from './b.ts';",
    "export { d } from './d.ts';",
    "export * from './e.ts';",
    "const f = await import('./f.ts');",
    "// import { no } from './comment.ts';",
    "/* import no from './block.ts'; */",
    "const url = 'http://import/from';",
  ].join('\n');
  expect(importsOf(text)).toEqual([
    'side-effect',
    './a.ts',
    './b.ts',
    './d.ts',
    './e.ts',
    './f.ts',
  ]);
});

test.each([
  ['src/domain/fact.ts', '../live/state.ts', 'domain may not import live'],
  ['src/domain/fact.ts', 'zod', 'domain imports nothing from outside'],
  ['src/live/store.ts', 'react', 'src knows no React'],
  ['src/live/store.ts', 'ink-select-input', 'src knows no React'],
  ['src/live/store.ts', '../../views/app.tsx', 'src imports only src'],
  ['src/integrations/redis/probes.ts', 'ioredis', 'only integrations/*/client.ts'],
  ['src/engine/driver.ts', 'undici', 'only integrations/*/client.ts'],
  [
    'src/integrations/redis/source.ts',
    '../docker/client.ts',
    'integrations/redis may not import integrations/docker',
  ],
  ['src/integrations/redis/source.ts', '../../live/state.ts', 'may not import live'],
  ['src/simulator/world.ts', '../integrations/contract.ts', 'simulator may not import'],
  ['src/commands/status.ts', '../simulator/simulator.ts', 'nothing imports it'],
  ['src/novel/thing.ts', '../domain/fact.ts', 'novel stands in no row'],
  ['src/engine/driver.ts', '../composition/compose.ts', 'engine may not import composition'],
  ['views/panels/cache.tsx', '../../src/integrations/redis/client.ts', 'views may import only'],
  ['views/panels/cache.tsx', '../../src/actions/executor.ts', 'views may import only'],
  ['views/panels/cache.tsx', '../../test/fixtures/live.ts', 'views may import only'],
  ['src/live/store.ts', '../../../elsewhere/x.ts', 'outside of the checkout'],
])('%s may not import %s', (path, target, why) => {
  expect(importing(path, target).join()).toContain(why);
});

test.each([
  ['src/domain/fact.ts', './health.ts'],
  ['src/domain/sanitize.ts', 'node:util'],
  ['src/integrations/redis/client.ts', 'ioredis'],
  ['src/integrations/redis/client.ts', '../contract.ts'],
  ['src/integrations/redis/source.ts', '../../domain/cache.ts'],
  ['src/commands/status.ts', '../integrations/redis/source.ts'],
  ['views/panels/cache.tsx', '../../src/live/selectors.ts'],
  ['views/panels/cache.tsx', '../kit/age.tsx'],
  ['views/app.tsx', 'ink'],
  ['bin/main.ts', '../views/render.tsx'],
])('%s may import %s', (path, target) => {
  expect(importing(path, target)).toEqual([]);
});

test('arguments and environment are read in bin/main.ts only', () => {
  const text = 'const { env } = process;\nconst home = process.env.HOME;\n';
  expect(strayGlobals({ path: 'src/config/find.ts', text })).toHaveLength(1);
  expect(strayGlobals({ path: 'bin/main.ts', text })).toEqual([]);
  expect(strayGlobals({ path: 'src/a.ts', text: '// process.env is not read here' })).toEqual([]);
});

test('a file has 400 lines at most, the application 150', () => {
  const lines = (count: number) => 'x\n'.repeat(count);
  expect(tooLong({ path: 'src/a.ts', text: lines(400) })).toEqual([]);
  expect(tooLong({ path: 'src/a.ts', text: lines(401) })).toHaveLength(1);
  expect(tooLong({ path: 'views/app.tsx', text: lines(151) })).toHaveLength(1);
  expect(tooLong({ path: 'docs/a.md', text: lines(999) })).toEqual([]);
});

test.each([
  'setTimeout(resolve, 10)',
  'await sleep(10)',
  "import { setTimeout as pause } from 'node:timers/promises';",
  "describe.skip('later', body)",
  "test.only('this', body)",
  "it.concurrent.skip('x', body)",
  "test.todo('write this')",
])('a test may not hold %s', (text) => {
  expect(laxTests({ path: 'test/unit/a.test.ts', text })).toHaveLength(1);
});

test('time limits of the harness and leaving out on a condition are in order', () => {
  expect(laxTests({ path: 'test/harness/waiting.ts', text: 'setTimeout(fail, 9)' })).toEqual([]);
  const text = 'describe.skipIf(lacks)(name, body); driver.skip(); list.only';
  expect(laxTests({ path: 'test/unit/a.test.ts', text })).toEqual([]);
});

test('nothing outside of the checkout is mentioned', () => {
  expect(forbiddenWords({ path: 'docs/a.md', text: `see ..${'/shared'}/x` })).toHaveLength(1);
});

test.each(['src/redisClient.ts', 'views/App.tsx', 'src/a_b.ts', 'docs/How To.md'])(
  '%s is not kebab-case',
  (path) => expect(oddName({ path, text: '' })).toHaveLength(1),
);

test.each(['src/idle-socket.ts', 'README.md', '.gitignore', 'test/unit/a.test.tsx', '.ci/run'])(
  '%s is a good name',
  (path) => expect(oddName({ path, text: '' })).toEqual([]),
);

test('a fixture that nothing names is an orphan', () => {
  const fixture = (path: string) => ({ path, text: '' });
  const findings = orphanFixtures([
    fixture('test/fixtures/falcon/healthy.txt'),
    fixture('test/fixtures/old.json'),
    fixture('test/fixtures/all/one.yaml'),
    { path: 'test/unit/a.test.ts', text: "read('healthy.txt'); list('../fixtures/all')" },
  ]);
  expect(findings).toEqual(['test/fixtures/old.json: no test reads it']);
});

test('calls that were replaced are found where the program is', () => {
  const text = 'const limit = AbortSignal.timeout(1000);\n';
  expect(replacedCalls({ path: 'src/live/feed.ts', text })).toEqual([
    expect.stringContaining('use timeLimit'),
  ]);
  expect(replacedCalls({ path: 'test/harness/waiting.ts', text })).toEqual([]);
});
