import { utimesSync, writeFileSync } from 'node:fs';
import {
  chmod,
  mkdir,
  mkdtemp,
  readdir,
  rename,
  rm,
  symlink,
  utimes,
  writeFile,
} from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { hostActions } from '../../../src/integrations/host/actions.ts';
import { openFolder } from '../../../src/integrations/host/open-folder.ts';
import { hostProbes } from '../../../src/integrations/host/probes.ts';
import { prepare, read, testContext } from '../../unit/integrations/context.ts';

const isRoot = process.getuid?.() === 0;
const NOBODY = 65_534;
const DAY_MS = 86_400_000;
const here = { isLocal: () => true };
const probes = hostProbes(here);
const actions = hostActions(here);

let folder: string;
const cleanups: (() => unknown)[] = [];
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'opsconsole-host-'));
  cleanups.push(() => rm(folder, { recursive: true, force: true }));
});
afterEach(async () => {
  for (const cleanup of cleanups.splice(0).reverse()) await cleanup();
});

async function file(path: string, ageDays: number, text = 'x'): Promise<void> {
  const whole = join(folder, path);
  await writeFile(whole, text);
  const at = new Date(Date.now() - ageDays * DAY_MS);
  await utimes(whole, at, at);
}

const wanted = (more: object = {}) => ({ folder, pattern: '*.log', 'older-than': '7d', ...more });
const deleting = (more: object = {}, context = testContext()) =>
  prepare(actions, 'host.delete-files', wanted(more), context);
const left = async () => (await readdir(folder, { recursive: true })).sort();

describe('host.files', () => {
  it('finds files by name and age, the oldest first, and follows no link', async () => {
    await file('a.log', 10);
    await file('b.log', 30);
    await file('new.log', 1);
    await file('other.txt', 30);
    await mkdir(join(folder, 'sub'));
    await file('sub/c.log', 20);
    await symlink('/etc', join(folder, 'link'));
    await symlink('/etc/hostname', join(folder, 'link.log'));
    expect(await read(probes, 'host.files', wanted(), testContext())).toMatchObject({
      count: 2,
      files: [{ path: 'b.log' }, { path: 'a.log' }],
      complete: true,
    });
    const deep = await read(
      probes,
      'host.files',
      wanted({ deep: true, pattern: '*' }),
      testContext(),
    );
    expect(deep['files']).toMatchObject([
      { path: 'b.log' },
      { path: 'other.txt' },
      { path: 'sub/c.log' },
      { path: 'a.log' },
    ]);
  });

  it('says what is wrong with a folder', async () => {
    const reading = (path: string) =>
      read(probes, 'host.files', wanted({ folder: path }), testContext());
    await expect(reading(join(folder, 'gone'))).rejects.toThrow('is no folder that exists');
    await file('plain', 1);
    await expect(reading(join(folder, 'plain'))).rejects.toThrow('is no folder that exists');
    await expect(reading('relative')).rejects.toThrow('a path from the root');
  });
});

describe('host.delete-files', () => {
  it('deletes exactly what it showed, and knows that it did', async () => {
    await file('a.log', 10, 'x'.repeat(10_000));
    await file('b.log', 30);
    await file('new.log', 1);
    await file('keep.txt', 30);
    const context = testContext();
    const change = deleting({}, context);
    const preview = await change.preview();
    expect(preview).toMatchObject({
      targets: [{ kind: 'path', name: folder, detail: expect.stringMatching(/^2 files \*\.log/) }],
      command: `find ${folder} -xdev -maxdepth 1 -type f -name '*.log' -mmin +10080 -delete`,
      notes: [expect.stringMatching(/^deletes 2 files, /), expect.stringContaining('holds open')],
      details: [expect.stringMatching(/30d {2}b\.log$/), expect.stringMatching(/10d {2}a\.log$/)],
    });
    expect(await change.settle(preview, 0)).toMatchObject({ state: 'not-done' });
    await expect(change.run(preview)).resolves.toMatchObject({ deleted: 2 });
    expect(await left()).toEqual(['keep.txt', 'new.log']);
    expect(context.lines.at(-1)).toMatch(/^2 of 2 files deleted, /);
    expect(await change.settle(preview, 0)).toMatchObject({ state: 'done' });
    await expect(change.preview()).rejects.toMatchObject({
      message: expect.stringContaining('has no file *.log older than 7d'),
    });
  });

  it('refuses when other files are there than were listed', async () => {
    await file('a.log', 10);
    await file('b.log', 10);
    const change = deleting();
    const preview = await change.preview();
    await file('c.log', 10);
    await expect(change.run(preview)).rejects.toThrow('other files are there than were listed');
    await rm(join(folder, 'c.log'));
    await file('a.log', 10, 'changed');
    await expect(change.run(preview)).rejects.toThrow('other files are there than were listed');
    await rm(join(folder, 'a.log'));
    expect(await change.settle(preview, 0)).toMatchObject({ state: 'unknown' });
    expect(await left()).toEqual(['b.log']);
  });

  it('is not led out of its folder by links', async () => {
    const outside = await mkdtemp(join(tmpdir(), 'opsconsole-outside-'));
    cleanups.push(() => rm(outside, { recursive: true, force: true }));
    await writeFile(join(outside, 'a.log'), 'x');
    await utimes(join(outside, 'a.log'), 1, 1);
    await mkdir(join(folder, 'sub'));
    await file('sub/a.log', 10);
    await symlink(outside, join(folder, 'link'));
    const change = deleting({ deep: true });
    const preview = await change.preview();
    expect(preview.details).toHaveLength(1);
    // The folder within becomes a link before the act.
    await rename(join(folder, 'sub'), join(folder, 'was'));
    await symlink(outside, join(folder, 'sub'));
    await expect(change.run(preview)).rejects.toThrow('other files are there');
    expect(await readdir(outside)).toEqual(['a.log']);
    // As does the folder itself.
    const whole = deleting({ folder: `${folder}/was` });
    const other = await whole.preview();
    await rename(join(folder, 'was'), join(folder, 'moved'));
    await symlink(outside, join(folder, 'was'));
    await expect(whole.run(other)).rejects.toThrow();
    expect(await readdir(outside)).toEqual(['a.log']);
  });

  it('holds a folder whatever is put in its place, and enters no link', async () => {
    await mkdir(join(folder, 'sub'));
    await file('sub/a.log', 10);
    const held = await openFolder(join(folder, 'sub'));
    cleanups.push(() => held.close());
    await rename(join(folder, 'sub'), join(folder, 'was'));
    await symlink('/etc', join(folder, 'sub'));
    await held.remove('a.log');
    expect(await readdir(join(folder, 'was'))).toEqual([]);
    await expect(openFolder(join(folder, 'sub'))).rejects.toThrow();
    const parent = await openFolder(folder);
    cleanups.push(() => parent.close());
    await expect(parent.enter('sub')).rejects.toThrow();
    expect(await parent.look('sub')).toMatchObject({ kind: 'other' });
  });

  it('refuses the system’s folders, also by a link, and those with a database', async () => {
    const refused = (path: string) => deleting({ folder: path, pattern: 'no-such-*' }).preview();
    for (const path of ['/', '/etc', '/usr/bin', '/var/lib', '/etc/../etc']) {
      await expect(refused(path)).rejects.toMatchObject({ kind: 'denied' });
    }
    await symlink('/etc', join(folder, 'link'));
    await expect(refused(join(folder, 'link'))).rejects.toThrow('Nothing is deleted in /etc');
    await mkdir(join(folder, 'data'));
    await file('data/PG_VERSION', 30);
    await file('data/a.log', 30);
    await expect(deleting({ deep: true }).preview()).rejects.toThrow(
      `${folder}/data holds the files of a database`,
    );
  });

  it.skipIf(!isRoot)('does not do half of what it may not see (asks for ROOT)', async () => {
    await file('a.log', 10);
    await mkdir(join(folder, 'closed'), { mode: 0o700 });
    await file('closed/b.log', 10);
    await chmod(folder, 0o755);
    process.seteuid?.(NOBODY);
    try {
      await expect(deleting({ deep: true }).preview()).rejects.toThrow('parts are denied');
      const change = deleting();
      const preview = await change.preview();
      await expect(change.run(preview)).rejects.toMatchObject({
        kind: 'denied',
        message: expect.stringContaining('None of 1 files'),
      });
    } finally {
      process.seteuid?.(0);
    }
    expect(await left()).toEqual(['a.log', 'closed', 'closed/b.log']);
  });

  it('shows hostile names as one harmless line, and deletes just them', async () => {
    const names = fc.uniqueArray(
      fc
        .string({ unit: 'binary', minLength: 1, maxLength: 20 })
        .filter((name) => !/[/\0]/.test(name) && name.isWellFormed() && !/^\.\.?$/.test(name)),
      { minLength: 1, maxLength: 5 },
    );
    await fc.assert(
      fc.asyncProperty(names, async (list) => {
        await rm(folder, { recursive: true });
        await mkdir(folder);
        for (const name of [...list, '-rf .log', '$(touch pwned)', 'a\nb', '\u001b[2J']) {
          await file(`${name}.log`, 10);
        }
        await file('keep', 10);
        const change = deleting();
        const preview = await change.preview();
        expect(preview.details?.join('')).not.toMatch(/\p{Cc}/u);
        await change.run(preview);
        expect(await left()).toEqual(['keep']);
      }),
      { numRuns: 40 },
    );
  });

  it('deletes 10,000 files', async () => {
    const at = new Date(Date.now() - 10 * DAY_MS);
    for (let n = 0; n < 10_000; n += 1) {
      writeFileSync(join(folder, `${n}.log`), '');
      utimesSync(join(folder, `${n}.log`), at, at);
    }
    const context = testContext();
    const change = deleting({}, context);
    const preview = await change.preview();
    expect(preview.details).toHaveLength(201);
    expect(preview.details?.at(-1)).toBe('… and 9,800 more');
    await change.run(preview);
    expect(await left()).toEqual([]);
    expect(context.lines.length).toBeLessThan(20);
  });
});

it('nothing of it is done for a region on another host', async () => {
  const far = { isLocal: () => false };
  const words = 'This region is on another host';
  await expect(read(hostProbes(far), 'host.disk', {}, testContext())).rejects.toThrow(words);
  await expect(read(hostProbes(far), 'host.files', wanted(), testContext())).rejects.toThrow(words);
  await expect(
    read(hostProbes(far), 'host.port-owner', { port: 80 }, testContext()),
  ).rejects.toThrow(words);
  const remote = hostActions(far);
  for (const [id, input] of [
    ['host.delete-files', wanted()],
    ['host.end-process', { pid: process.pid }],
  ] as const) {
    await expect(prepare(remote, id, input, testContext()).preview()).rejects.toThrow(words);
  }
});
