import { execFileSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';
import {
  type Findings,
  forbiddenWords,
  laxTests,
  oddName,
  orphanFixtures,
  replacedCalls,
  type Source,
  strayGlobals,
  tooLong,
  wrongImports,
} from './harness/tidy.ts';

// The house rules that neither the compiler nor the linter knows. That src/ cannot import views/ is the
// compiler's: `tsc -b` refuses it, for views/ is no reference of src/.

const root = fileURLToPath(new URL('..', import.meta.url));

/** Files of the checkout, committed or not, as git would take them. */
const sources: readonly Source[] = execFileSync(
  'git',
  ['ls-files', '-z', '--cached', '--others', '--exclude-standard'],
  { cwd: root, encoding: 'utf8' },
)
  .split('\0')
  .filter((path) => path !== '' && path !== 'package-lock.json' && existsSync(root + path))
  .map((path) => ({ path, text: readFileSync(root + path, 'utf8') }));

const all = (check: (source: Source) => Findings): Findings => sources.flatMap(check);

test('there are files to look at', () => {
  for (const folder of ['src/', 'views/', 'test/', 'scripts/', 'bin/']) {
    expect(sources.filter(({ path }) => path.startsWith(folder))).not.toEqual([]);
  }
});

test('imports go the right way', () => expect(all(wrongImports)).toEqual([]));
test('only bin/main.ts reads arguments and environment', () =>
  expect(all(strayGlobals)).toEqual([]));
test('calls that were replaced are not used', () => expect(all(replacedCalls)).toEqual([]));
test('files are short', () => expect(all(tooLong)).toEqual([]));
test('tests neither sleep nor leave anything out', () => expect(all(laxTests)).toEqual([]));
test('the project stands by itself', () => expect(all(forbiddenWords)).toEqual([]));
test('names are kebab-case', () => expect(all(oddName)).toEqual([]));
test('every fixture has a reader', () => expect(orphanFixtures(sources)).toEqual([]));
test('git ignores no file that a clone needs', () => {
  const folders = ['.ci', 'bin', 'docs', 'runbooks', 'scripts', 'src', 'test', 'views'];
  const ignored = ['ls-files', '--others', '--ignored', '--exclude-standard', '--', ...folders];
  expect(execFileSync('git', ignored, { cwd: root, encoding: 'utf8' })).toBe('');
});
