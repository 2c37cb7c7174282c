import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { expect, onTestFinished, test } from 'vitest';
import { childHome } from '../../harness/child-environment.ts';
import { eventually } from '../../harness/eventually.ts';
import { LAUNCHER } from '../../harness/journey.ts';

/** More than any pipe or socket holds. */
const RUNBOOKS = 450;

/** A pack whose list is a long answer. */
function longPack(folder: string): string {
  const packs = join(folder, 'packs');
  mkdirSync(join(packs, 'big'), { recursive: true });
  writeFileSync(
    join(packs, 'big/pack.yaml'),
    'system: big\ntitle: Big\nroles: {}\nseverities: {}\n',
  );
  for (let n = 0; n < RUNBOOKS; n += 1) {
    writeFileSync(
      join(packs, `big/r${n}.yaml`),
      `id: big/r${n}
title: ${'x'.repeat(550)}
severity: P3
steps:
  - id: a
    ask: Which?
    branches: [{ because: one, to: y }, { because: two, to: z }]
leaves:
  - { id: y, end: Fine, ends: resolved }
  - { id: z, end: Fine too, ends: resolved }
`,
    );
  }
  return packs;
}

/** Processor time of a process, in the kernel's own ticks; null when it has ended. */
function ticksOf(pid: number): string | null {
  try {
    const fields = readFileSync(`/proc/${pid}/stat`, 'utf8').split(' ');
    return `${fields[13]} ${fields[14]}`;
  } catch {
    return null;
  }
}

test('a reader who leaves interrupts the command: it does not count as done', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'opsconsole-slow-'));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  const child = spawn(LAUNCHER, ['--packs', longPack(folder), 'runbooks', 'list', '--json'], {
    env: childHome(folder).env,
    stdio: ['ignore', 'pipe', 'ignore'],
  });
  child.stdout.destroy();
  expect(await once(child, 'exit')).toEqual([130, null]);
});

test('a long answer reaches a reader who takes his time', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'opsconsole-slow-'));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  const args = ['--packs', longPack(folder), 'runbooks', 'list', '--json'];
  const child = spawn(LAUNCHER, args, {
    env: childHome(folder).env,
    stdio: ['ignore', 'pipe', 'ignore'],
  });
  const ended = once(child, 'exit');
  await once(child.stdout, 'readable');
  // It has written what there is room for, and rests; or has ended, with the rest lost.
  const seen = { ticks: '' };
  await eventually(
    () => {
      const ticks = ticksOf(child.pid ?? 0);
      const rests = ticks === null || ticks === seen.ticks;
      seen.ticks = ticks ?? '';
      return rests;
    },
    { what: 'the program to rest', everyMs: 300, timeoutMs: 30_000 },
  );
  const list = JSON.parse(await text(child.stdout)) as { readonly id: string }[];
  expect(list.filter(({ id }) => id.startsWith('big/'))).toHaveLength(RUNBOOKS);
  await ended;
});
