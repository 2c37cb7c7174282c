import { execFileSync } from 'node:child_process';
import {
  chmod,
  chown,
  link,
  mkdir,
  mkdtemp,
  readdir,
  readFile,
  rm,
  stat,
  symlink,
  utimes,
  writeFile,
} from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { envfileActions } from '../../../src/integrations/envfile/actions.ts';
import { readEnvFile, replaceEnvFile } from '../../../src/integrations/envfile/client.ts';
import type { EnvFiles } from '../../../src/integrations/envfile/place.ts';
import { envfileProbes } from '../../../src/integrations/envfile/probes.ts';
import { prepare, read, testContext } from '../../unit/integrations/context.ts';
import { canMountMemory, smallDisk } from '../host/small-disk.ts';

const isRoot = process.getuid?.() === 0;
const NOBODY = 65_534;
const TEXT = '# cache\nCACHE_TTL=3600 # seconds\nDEBUG=true\nREDIS_PASSWORD=old one\n';

let folder: string;
const cleanups: (() => unknown)[] = [];
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'opsconsole-env-'));
  cleanups.push(() => rm(folder, { recursive: true, force: true }));
});
afterEach(async () => {
  for (const cleanup of cleanups.splice(0).reverse()) await cleanup();
});

const files = (more: Partial<EnvFiles> = {}): EnvFiles => ({
  isLocal: () => true,
  projectFolder: async () => folder,
  ...more,
});
const actions = envfileActions(files());
const env = () => join(folder, '.env');
const text = () => readFile(env(), 'utf8');
const set = (input: object, context = testContext()) =>
  prepare(actions, 'envfile.set', input, context);
const ttl = { set: { CACHE_TTL: 7200 } };
const all = () => readdir(folder).then((names) => names.sort());

describe('envfile.read', () => {
  it('tells settings without secrets, mode and owner; absent is a result', async () => {
    const probes = envfileProbes(files());
    expect(await read(probes, 'envfile.read', {}, testContext())).toMatchObject({ found: false });
    await writeFile(env(), `${TEXT}DEBUG=false\n`, { mode: 0o640 });
    await chmod(env(), 0o640);
    expect(await read(probes, 'envfile.read', {}, testContext())).toMatchObject({
      found: true,
      path: env(),
      keys: ['CACHE_TTL', 'DEBUG', 'REDIS_PASSWORD'],
      values: { CACHE_TTL: '3600', DEBUG: 'false', REDIS_PASSWORD: '••••' },
      twice: ['DEBUG'],
      mode: '640',
    });
  });

  it('says why it cannot: another host, a folder, no text', async () => {
    const far = envfileProbes(files({ isLocal: () => false }));
    await expect(read(far, 'envfile.read', {}, testContext())).rejects.toThrow('on another host');
    const probes = envfileProbes(files());
    await mkdir(env());
    await expect(read(probes, 'envfile.read', {}, testContext())).rejects.toThrow(
      'is no regular file',
    );
    await writeFile(join(folder, 'binary'), Buffer.from([0xff, 0x00]));
    await expect(read(probes, 'envfile.read', { file: 'binary' }, testContext())).rejects.toThrow(
      'is not text in UTF-8',
    );
    execFileSync('mkfifo', [join(folder, 'pipe')]);
    await expect(read(probes, 'envfile.read', { file: 'pipe' }, testContext())).rejects.toThrow(
      'is no regular file',
    );
  });
});

describe('envfile.set', () => {
  it('shows the difference, keeps the version before, writes, settles, and is taken back', async () => {
    await writeFile(env(), TEXT);
    await chmod(env(), 0o640);
    await utimes(env(), 1_795_336_969, 1_795_336_969);
    if (isRoot) await chown(env(), NOBODY, NOBODY);
    const { ino } = await stat(env());
    const context = testContext();
    const change = set({ set: { CACHE_TTL: 7200, NEW: 'a b' }, unset: ['DEBUG'] }, context);
    const preview = await change.preview();
    expect(preview).toMatchObject({
      targets: [{ kind: 'file', name: env() }],
      details: ['- CACHE_TTL=3600', '+ CACHE_TTL=7200', '- DEBUG=true', '+ NEW=a b'],
      before: { file: env(), backup: expect.stringContaining('.env.bak-20261122T') },
    });
    expect(await change.settle(preview, 0)).toMatchObject({ state: 'not-done' });
    await change.run(preview);
    expect(await text()).toBe(
      "# cache\nCACHE_TTL=7200 # seconds\nREDIS_PASSWORD=old one\nNEW='a b'\n",
    );
    const now = await stat(env());
    expect(now.mode & 0o7777).toBe(0o640);
    expect(now.ino).not.toBe(ino);
    if (isRoot) expect([now.uid, now.gid]).toEqual([NOBODY, NOBODY]);
    expect(await readFile(preview.before['backup'] ?? '', 'utf8')).toBe(TEXT);
    expect((await stat(preview.before['backup'] ?? '')).mode & 0o7777).toBe(0o640);
    expect(await all()).toHaveLength(2);
    expect(await change.settle(preview, 0)).toMatchObject({ state: 'done' });
    await expect(change.run(preview)).rejects.toThrow('not what the dialog showed any more');

    const undo = prepare(actions, 'envfile.restore', preview.before, context);
    const back = await undo.preview();
    expect(back.notes.join()).not.toContain('changed again');
    expect(await undo.settle(back, 0)).toMatchObject({ state: 'not-done' });
    await undo.run(back);
    expect(await text()).toBe(TEXT);
    expect(await undo.settle(back, 0)).toMatchObject({ state: 'done' });
  });

  it('makes a secret that nobody sees, and can tell whether it did', async () => {
    await writeFile(env(), TEXT);
    const context = testContext();
    const change = set({ generate: [{ name: 'REDIS_PASSWORD', bytes: 32 }] }, context);
    const preview = await change.preview();
    expect(preview.details).toEqual([
      '- REDIS_PASSWORD=••••',
      '+ REDIS_PASSWORD=(made when it is written)',
    ]);
    expect(await change.settle(preview, 0)).toMatchObject({ state: 'not-done' });
    await change.run(preview);
    const made = /REDIS_PASSWORD=([\w-]{43})\n/.exec(await text())?.[1] ?? '';
    expect(made).not.toBe('');
    expect(JSON.stringify([preview, context.lines])).not.toContain(made);
    expect(await change.settle(preview, 0)).toMatchObject({ state: 'done' });
    await writeFile(env(), TEXT.replace('DEBUG=true', 'DEBUG=maybe'));
    expect(await change.settle(preview, 0)).toMatchObject({ state: 'unknown' });
  });

  it('never takes a secret from its input: the journal would hide it from the writer', async () => {
    await writeFile(env(), TEXT);
    for (const values of [
      { REDIS_PASSWORD: 'hunter2' },
      { DATABASE_URL: 'postgres://app:hunter2@db/shop' },
      { X: '••••', API_TOKEN: '••••x' },
    ]) {
      await expect(set({ set: values }).preview()).rejects.toThrow('looks like a secret');
    }
    expect(await text()).toBe(TEXT);
  });

  it('leaves a file alone that has the values already', async () => {
    await writeFile(env(), TEXT);
    const change = set({ set: { DEBUG: true } });
    const preview = await change.preview();
    expect(preview.notes[0]).toContain('has these values already');
    await change.run(preview);
    expect(await all()).toEqual(['.env']);
    expect(await change.settle(preview, 0)).toMatchObject({ state: 'done' });
  });

  it('follows a link and says so; refuses a broken one and a file of two names', async () => {
    await mkdir(join(folder, 'shared'));
    const real = join(folder, 'shared', 'app.env');
    await writeFile(real, TEXT);
    await symlink(real, env());
    const change = set(ttl);
    const preview = await change.preview();
    expect(preview.targets[0]).toMatchObject({
      name: real,
      detail: expect.stringContaining(`by the link ${env()}`),
    });
    await change.run(preview);
    expect(await readFile(real, 'utf8')).toContain('CACHE_TTL=7200');
    expect(await all()).toEqual(['.env', 'shared']);
    await rm(env());
    await symlink(join(folder, 'gone'), env());
    await expect(set(ttl).preview()).rejects.toThrow(/is a link to .*gone, which cannot/);
    await rm(env());
    await link(real, env());
    await expect(set(ttl).preview()).rejects.toThrow('has 2 names (hard links)');
  });

  it('refuses what changed since the dialog, by content or by file', async () => {
    await writeFile(env(), TEXT);
    const change = set(ttl);
    const preview = await change.preview();
    await writeFile(env(), `${TEXT}X=1\n`);
    await expect(change.run(preview)).rejects.toThrow('not what the dialog showed');
    await rm(env());
    await writeFile(join(folder, 'other'), 'x');
    await writeFile(env(), TEXT);
    await expect(change.run(preview)).rejects.toThrow('not what the dialog showed');
    expect(await text()).toBe(TEXT);
    expect(await change.settle(preview, 0)).toMatchObject({ state: 'not-done' });
  });

  it('refuses what changes in the very moment of writing', async () => {
    await writeFile(env(), TEXT);
    const seen = await readEnvFile(env());
    await writeFile(env(), `${TEXT}X=1\n`);
    await expect(replaceEnvFile(seen, 'A=1\n')).rejects.toThrow(
      'somebody else changed it just now',
    );
    expect(await text()).toBe(`${TEXT}X=1\n`);
    expect((await all()).filter((name) => name.endsWith('.tmp'))).toEqual([]);
  });

  it('restores nothing but kept versions of that file', async () => {
    await writeFile(env(), TEXT);
    const other = join(folder, 'other.env');
    await writeFile(other, 'A=1\n');
    for (const backup of [other, '/etc/hostname']) {
      const restore = prepare(actions, 'envfile.restore', { backup }, testContext());
      await expect(restore.preview()).rejects.toThrow('is no version that was kept');
    }
    await writeFile(`${env()}.bak-1`, 'A=1\n');
    const input = { backup: `${env()}.bak-1`, written: '0'.repeat(64) };
    const restore = prepare(actions, 'envfile.restore', input, testContext());
    const preview = await restore.preview();
    expect(preview.notes[0]).toContain('changed again since');
    await writeFile(`${env()}.bak-1`, 'A=2\n');
    await expect(restore.run(preview)).rejects.toThrow('not what the dialog showed');
    expect(await text()).toBe(TEXT);
  });

  it.each([
    [{ set: {} }, 'nothing is to be set'],
    [{ set: { 'A B': 'x' } }, 'a name such as'],
    [{ set: { A: '1' }, unset: ['A'] }, 'A is named twice'],
    [{ file: '-x', ...ttl }, 'does not begin with -'],
    [{ file: 'a\u001b[31m', ...ttl }, 'without control characters'],
  ])('%j is refused', (input, words) => expect(() => set(input)).toThrow(words));
});

describe('another user’s files', () => {
  const asNobody = async (work: () => Promise<void>) => {
    process.setegid?.(NOBODY);
    process.seteuid?.(NOBODY);
    try {
      await work();
    } finally {
      process.seteuid?.(0);
      process.setegid?.(0);
    }
  };

  it.skipIf(!isRoot)(
    'are refused in words before anything is written (asks for ROOT)',
    async () => {
      await writeFile(env(), TEXT);
      await chmod(folder, 0o777);
      await asNobody(async () => {
        const mine = envfileActions(files(), () => ({ uid: NOBODY, groups: [NOBODY] }));
        const change = prepare(mine, 'envfile.set', ttl, testContext());
        await expect(change.preview()).rejects.toMatchObject({
          kind: 'denied',
          message: expect.stringContaining('belongs to 0:0'),
          mend: expect.stringContaining('as its owner'),
        });
      });
      await chmod(env(), 0);
      await asNobody(async () => {
        await expect(set(ttl).preview()).rejects.toMatchObject({ kind: 'denied' });
      });
      expect(await all()).toEqual(['.env']);
    },
  );

  it.skipIf(!isRoot)(
    'a folder that may not be written leaves all as it was (asks for ROOT)',
    async () => {
      await writeFile(env(), TEXT);
      await chown(env(), NOBODY, NOBODY);
      await chmod(folder, 0o755);
      await asNobody(async () => {
        const mine = envfileActions(files(), () => ({ uid: NOBODY, groups: [NOBODY] }));
        const change = prepare(mine, 'envfile.set', ttl, testContext());
        const preview = await change.preview();
        await expect(change.run(preview)).rejects.toMatchObject({ kind: 'denied' });
      });
      expect(await text()).toBe(TEXT);
      expect(await all()).toEqual(['.env']);
    },
  );
});

describe('a full disk', () => {
  it.skipIf(!canMountMemory())('leaves the file as it was (asks for ROOT)', async () => {
    const disk = await smallDisk(folder, '64k');
    cleanups.push(() => disk.end());
    const big = `${TEXT}# ${'x'.repeat(30_000)}\n`;
    await writeFile(env(), big);
    const change = set(ttl);
    const preview = await change.preview();
    await writeFile(join(folder, 'filler'), 'x'.repeat(20_000)).catch(() => undefined);
    await expect(change.run(preview)).rejects.toMatchObject({
      kind: 'failed',
      message: expect.stringContaining('the disk is full'),
    });
    expect(await text()).toBe(big);
    expect((await all()).filter((name) => name.endsWith('.tmp'))).toEqual([]);
    expect(await change.settle(preview, 0)).toMatchObject({ state: 'not-done' });
    await rm(join(folder, 'filler'));
  });
});
