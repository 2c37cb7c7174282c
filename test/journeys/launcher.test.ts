import { existsSync, readlinkSync, symlinkSync, utimesSync, writeFileSync } from 'node:fs';
import { cp, mkdir, readdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { execa } from 'execa';
import { expect, test } from 'vitest';
import {
  aHome,
  aPath,
  checkout,
  fakeNode,
  installedGlobally,
  installedWithoutOptional,
  NODE_PACKAGE,
  packed,
  packedFile,
  REPOSITORY,
  script,
} from '../harness/launcher-places.ts';

const INSTALLING = 'opsconsole: installing the dependencies, once (npm ci)';
/** A real npm installs a hundred packages. */
const INSTALL_WITHIN_MS = 180_000;
const BUILDING = 'opsconsole: building, once (npm run build)';

interface Start {
  readonly path?: string;
  readonly cwd?: string;
  readonly args?: readonly string[];
}

/** Starts the launcher as a shell would, with an environment of its own. */
async function start(
  launcher: string,
  { path = aPath(), cwd = '/', args = ['one', 'two 2'] }: Start = {},
) {
  const { exitCode, stdout, stderr } = await execa(launcher, args, {
    cwd,
    env: { PATH: path, HOME: aHome() },
    extendEnv: false,
    reject: false,
  });
  return { exitCode, stdout, errors: stderr.split('\n').filter((line) => line !== '') };
}

test('a fresh checkout builds once, says so, and hands its arguments over', async () => {
  const root = await checkout();
  const first = await start(`${root}/bin/opsconsole`);
  expect(first).toEqual({
    exitCode: 0,
    stdout: `${process.version} one|two 2`,
    errors: [BUILDING],
  });
  const second = await start(`${root}/bin/opsconsole`);
  expect(second).toEqual({ exitCode: 0, stdout: `${process.version} one|two 2`, errors: [] });
  expect(await readdir(`${root}/build`)).toEqual([]);
});

test('a changed, an added and a removed source each build again', async () => {
  const root = await checkout();
  await start(`${root}/bin/opsconsole`);
  const later = new Date(Date.now() + 2000);
  utimesSync(`${root}/src/answer.ts`, later, later);
  expect((await start(`${root}/bin/opsconsole`)).errors).toEqual([BUILDING]);
  const past = new Date(Date.now() - 60_000);
  utimesSync(`${root}/src/answer.ts`, past, past);
  utimesSync(`${root}/src`, later, later);
  expect((await start(`${root}/bin/opsconsole`)).errors).toEqual([BUILDING]);
});

test('the exit code is the program’s', async () => {
  const root = await checkout();
  expect((await start(`${root}/bin/opsconsole`, { args: ['exit', '7'] })).exitCode).toBe(7);
});

test.each(['relative', 'absolute', 'chain'])('by a %s link, from another folder', async (kind) => {
  const root = await checkout();
  const links = await script.folder();
  if (kind === 'absolute') symlinkSync(`${root}/bin/opsconsole`, `${links}/ops`);
  if (kind === 'relative') {
    symlinkSync(`${root}/bin`, `${links}/there`);
    symlinkSync('there/opsconsole', `${links}/ops`);
  }
  if (kind === 'chain') {
    await mkdir(`${links}/deep er`);
    symlinkSync(`${root}/bin/opsconsole`, `${links}/first`);
    symlinkSync('../first', `${links}/deep er/second`);
    symlinkSync('deep er/second', `${links}/ops`);
  }
  expect((await start(`${links}/ops`, { cwd: '/usr' })).stdout).toBe(
    `${process.version} one|two 2`,
  );
  expect((await start('./ops', { cwd: links })).exitCode).toBe(0);
});

test('a path with spaces, found through PATH', async () => {
  const root = await checkout('a folder with  spaces');
  const { exitCode } = await start('opsconsole', { path: `${root}/bin:${aPath()}` });
  expect(exitCode).toBe(0);
});

test('a Node that is too old is named, with what to do', async () => {
  const root = await packed('alone');
  const { exitCode, stdout, errors } = await start(`${root}/bin/opsconsole`, {
    path: aPath({ node: fakeNode('v20.20.2') }),
  });
  expect({ exitCode, stdout }).toEqual({ exitCode: 2, stdout: '' });
  expect(errors.join('\n')).toMatch(/needs Node 22\.19 or newer; \S+\/node is v20\.20\.2\./);
  expect(errors.join('\n')).toMatch(/--omit=optional[\s\S]*https:\/\/nodejs\.org/);
});

test.each([
  ['v22.18.9', 2],
  ['v22.19.0', 0],
  ['v24.0.0', 0],
  ['v9.99.0', 2],
  ['nonsense', 2],
])('Node %s of the host ends with %i', async (version, exitCode) => {
  const root = await packed('alone');
  const path = aPath({ node: fakeNode(version) });
  expect((await start(`${root}/bin/opsconsole`, { path })).exitCode).toBe(exitCode);
});

test('without any Node it says what to do', async () => {
  for (const root of [await packed('alone'), await checkout('bare', { node: false })]) {
    const { exitCode, stdout, errors } = await start(`${root}/bin/opsconsole`);
    expect({ exitCode, stdout }).toEqual({ exitCode: 2, stdout: '' });
    expect(errors.join('\n')).toMatch(/needs Node 22\.19 or newer\.\n[\s\S]*https:\/\/nodejs\.org/);
  }
});

test.each(['nested', 'hoisted'] as const)(
  'a packed install with the Node %s never builds',
  async (layout) => {
    const root = await packed(layout);
    const node = fakeNode('v20.20.2');
    const { exitCode, stdout, errors } = await start(`${root}/bin/opsconsole`, {
      path: aPath({ node }),
    });
    expect({ exitCode, stdout, errors }).toEqual({
      exitCode: 0,
      stdout: `${process.version} one|two 2`,
      errors: [],
    });
  },
);

test('a checkout without dependencies installs first, and again when the lock file changes', async () => {
  const root = await checkout('to install', { installed: false });
  const path = aPath({ npm: script.npm() });
  expect((await start(`${root}/bin/opsconsole`, { path })).errors).toEqual([INSTALLING, BUILDING]);
  expect((await start(`${root}/bin/opsconsole`, { path })).errors).toEqual([]);
  const later = new Date(Date.now() + 120_000);
  utimesSync(`${root}/package-lock.json`, later, later);
  expect((await start(`${root}/bin/opsconsole`, { path })).errors).toEqual([INSTALLING]);
});

test('linked dependencies belong to another checkout and are never installed over', async () => {
  const root = await checkout('linked');
  const shared = await script.folder();
  await rm(`${root}/node_modules`, { recursive: true });
  await cp(`${REPOSITORY}/package.json`, `${shared}/keep-me`);
  symlinkSync(shared, `${root}/node_modules`);
  await start(`${root}/bin/opsconsole`, { path: aPath({ npm: script.npm() }) });
  expect(readlinkSync(`${root}/node_modules`)).toBe(shared);
  expect(await readdir(shared)).toEqual(['keep-me']);
});

test('a failed install shows npm’s words, exits 2 and lets the next start try again', async () => {
  const root = await checkout('failing', { installed: false });
  const { exitCode, stdout, errors } = await start(`${root}/bin/opsconsole`, {
    path: aPath({ npm: script.failing('npm error network unreachable') }),
  });
  expect({ exitCode, stdout }).toEqual({ exitCode: 2, stdout: '' });
  expect(errors[0]).toBe(INSTALLING);
  expect(errors[1]).toBe('npm error network unreachable');
  expect(errors[2]).toMatch(/^opsconsole: 'npm ci' failed in .*start opsconsole again$/);
  expect(await readdir(`${root}/build`)).toEqual([]);
  const again = await start(`${root}/bin/opsconsole`, { path: aPath({ npm: script.npm() }) });
  expect(again.errors).toEqual([INSTALLING, BUILDING]);
});

test('first starts side by side build once, and all of them run', async () => {
  const root = await checkout();
  const all = await Promise.all([1, 2, 3].map(() => start(`${root}/bin/opsconsole`)));
  expect(all.map(({ exitCode }) => exitCode)).toEqual([0, 0, 0]);
  expect(all.flatMap(({ errors }) => errors).filter((line) => line === BUILDING)).toHaveLength(1);
});

test('the lock of a first start that was killed is taken over', async () => {
  const root = await checkout();
  const killed = execa('/bin/true');
  await killed;
  await mkdir(`${root}/build`, { recursive: true });
  symlinkSync(String(killed.pid), `${root}/build/setup.lock`);
  expect(await start(`${root}/bin/opsconsole`)).toMatchObject({ exitCode: 0, errors: [BUILDING] });
  expect(existsSync(`${root}/build/setup.lock`)).toBe(false);
});

test('a broken source shows where, keeps the last build, and exits 2', async () => {
  const root = await checkout();
  await start(`${root}/bin/opsconsole`);
  const before = await readdir(`${root}/dist`);
  writeFileSync(`${root}/src/answer.ts`, 'export const answer = ;\n');
  const later = new Date(Date.now() + 2000);
  utimesSync(`${root}/src/answer.ts`, later, later);
  const { exitCode, errors } = await start(`${root}/bin/opsconsole`);
  expect(exitCode).toBe(2);
  expect(errors.join('\n')).toMatch(/src\/answer\.ts:1:22/);
  expect(await readdir(`${root}/dist`)).toEqual(before);
});

test('this checkout answers --version on the Node of its own dependencies', async () => {
  const launcher = join(REPOSITORY, 'bin/opsconsole');
  const { exitCode, stdout } = await start(launcher, { args: ['--version'] });
  expect({ exitCode, stdout }).toEqual({
    exitCode: 0,
    stdout: expect.stringMatching(/^(opsconsole )?\d+\.\d+\.\d+/),
  });
  expect(existsSync(join(REPOSITORY, 'node_modules', NODE_PACKAGE))).toBe(true);
});

test(
  'the packed file, installed globally, runs on a host with an old Node and on one with none',
  async () => {
    const launcher = await installedGlobally(await packedFile());
    const version = expect.stringMatching(/^\d+\.\d+\.\d+$/);
    for (const path of [aPath({ node: fakeNode('v20.20.2') }), aPath()]) {
      const answer = await start(launcher, { path, args: ['--version'] });
      expect(answer).toEqual({ exitCode: 0, stdout: version, errors: [] });
    }
    const { exitCode, stdout } = await start(launcher, { args: ['runbooks', 'list', '--json'] });
    expect(exitCode).toBe(0);
    expect(stdout).toContain('falcon/redis-down');
  },
  INSTALL_WITHIN_MS,
);

test(
  'installed without its Node it runs on the host’s, or says what to do',
  async () => {
    const launcher = await installedWithoutOptional(await packedFile());
    const fitting = aPath({ node: process.execPath });
    expect(await start(launcher, { path: fitting, args: ['--version'] })).toMatchObject({
      exitCode: 0,
    });
    const old = aPath({ node: fakeNode('v20.20.2') });
    const { exitCode, stdout, errors } = await start(launcher, { path: old, args: ['--version'] });
    expect({ exitCode, stdout }).toEqual({ exitCode: 2, stdout: '' });
    expect(errors.join('\n')).toMatch(/is v20\.20\.2\.[\s\S]*again without --omit=optional/);
  },
  INSTALL_WITHIN_MS,
);
