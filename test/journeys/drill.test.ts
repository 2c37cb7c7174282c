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

/** Longer than a busy machine of two processors takes for every drill of every system. */
const EVERY_DRILL_MS = 25 * 60_000;
const THOROUGH_MS = 8 * 60_000;

const toldIn = (stdout: string) =>
  stdout.split('\n').map((line) => contract['drill-run'].parse(JSON.parse(line)));

test(
  'drills: each passes, leaves its record, and nothing else of it stays',
  async () => {
    const { drill, left } = practising();
    const { exitCode, stdout } = await drill('run', '--all', '--auto', '--json');
    const told = toldIn(stdout);
    expect(told.filter(({ result }) => result !== 'pass')).toEqual([]);
    expect(exitCode).toBe(0);
    expect(told.find(({ id }) => id === 'falcon/redis-killed')).toMatchObject({
      reachedLeaf: 'restart-redis',
      acted: true,
      verified: true,
    });
    expect(told.find(({ id }) => id === 'falcon/redis-overloaded')).toMatchObject({ acted: false });
    for (const { journal } of told) expect(existsSync(journal)).toBe(true);
    expect(left()).toEqual([]);
  },
  EVERY_DRILL_MS,
);

test(
  'a fault left alone does not heal, nor by words, nor by the remedy of another leaf',
  async () => {
    const ids = ['falcon/redis-killed', 'falcon/wrong-setting'];
    const { stdout } = await practising().drill('run', ...ids, '--thorough', '--auto', '--json');
    const told = toldIn(stdout);
    expect(told.filter(({ result }) => result !== 'pass')).toEqual([]);
    const tried = told.map(({ id, trial }) => `${id} ${trial}`);
    expect(tried).toEqual(
      expect.arrayContaining([
        'falcon/redis-killed left-alone',
        'falcon/redis-killed not-done',
        'falcon/redis-killed remedy flush-cache',
        'falcon/wrong-setting left-alone',
        'falcon/wrong-setting remedy raise-memory-limit',
      ]),
    );
  },
  THOROUGH_MS,
);

test('a drill that there is not: what it may have been', async () => {
  const { exitCode, stderr } = await practising().drill('run', 'falcon/redis-kiled', '--auto');
  expect(stderr).toContain('did you mean `falcon/redis-killed`');
  expect(exitCode).toBe(2);
});
