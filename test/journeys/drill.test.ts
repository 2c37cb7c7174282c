import { existsSync, mkdirSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { execa } from 'execa';
import { expect, onTestFinished, test } from 'vitest';
import { contract } from '../../src/commands/contract.ts';
import { childHome } from '../harness/child-environment.ts';

const program = fileURLToPath(new URL('../../bin/opsconsole', import.meta.url));

/** Somebody without an engine, and without any of the tools that remedies call. */
function practising() {
  const home = childHome();
  onTestFinished(home.remove);
  const temporary = join(home.folder, 'tmp');
  mkdirSync(temporary);
  const env = { ...home.env, TMPDIR: temporary, DOCKER_HOST: 'unix:///nowhere/docker.sock' };
  const drill = (...args: readonly string[]) =>
    execa(program, ['drill', ...args], { env, extendEnv: false, reject: false });
  return { drill, left: () => readdirSync(temporary) };
}

const TOLD = ['--auto', '--json'];

test('drills: the console names the leaf, acts, proves it, and leaves a record and nothing else', async () => {
  const { drill, left } = practising();
  const { exitCode, stdout } = await drill(
    'run',
    'falcon/redis-killed',
    'falcon/redis-overloaded',
    ...TOLD,
  );
  const told = stdout
    .split('\n')
    .map((line) => contract['drill-run'].parse(JSON.parse(line)))
    .sort((one, other) => one.id.localeCompare(other.id));
  expect(told).toMatchObject([
    {
      id: 'falcon/redis-killed',
      reachedLeaf: 'restart-redis',
      acted: true,
      verified: true,
      result: 'pass',
    },
    { id: 'falcon/redis-overloaded', reachedLeaf: 'inspect-load', acted: false, result: 'pass' },
  ]);
  expect(exitCode).toBe(0);
  for (const { journal } of told) expect(existsSync(journal)).toBe(true);
  expect(left()).toEqual([]);
}, 180_000);

test('a drill that there is not: what it may have been', async () => {
  const { exitCode, stderr } = await practising().drill('run', 'falcon/redis-kiled', '--auto');
  expect(stderr).toContain('did you mean `falcon/redis-killed`');
  expect(exitCode).toBe(2);
});
