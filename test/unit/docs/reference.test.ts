import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { execa } from 'execa';
import { expect, test } from 'vitest';

/** A program of its own that loads all there is, while others run. */
const TIMEOUT_MS = 60_000;

const root = fileURLToPath(new URL('../../..', import.meta.url));

test(
  'the generated pages say what the program says',
  async () => {
    const args = ['scripts/docs.ts', '--check'];
    const { exitCode, stderr } = await execa(process.execPath, args, { cwd: root, reject: false });
    expect(stderr).toBe('');
    expect(exitCode).toBe(0);
  },
  TIMEOUT_MS,
);

test('npm run docs is what writes them', () => {
  const { scripts } = JSON.parse(readFileSync(`${root}/package.json`, 'utf8'));
  expect(scripts.docs).toBe('node scripts/docs.ts');
});
