import { chmodSync, mkdtempSync, symlinkSync, writeFileSync } from 'node:fs';
import { cp, mkdir, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { execa } from 'execa';
import { onTestFinished } from 'vitest';
import { serveInstalledPackages } from './package-registry.ts';

// Places a launcher can stand in: checkouts and packed installs of a small stand-in program, and the
// PATHs of hosts with an old Node, a new one or none.

/** The folder of this checkout. */
export const REPOSITORY = fileURLToPath(new URL('../..', import.meta.url)).replace(/\/$/, '');

/** The optional dependency that brings Node here. */
export const NODE_PACKAGE = `node-linux-${process.arch}`;

const PROGRAM = `import { answer } from '../src/answer.ts';
const args = process.argv.slice(2);
if (args[0] === 'exit') process.exit(Number(args[1]));
console.log(answer(args));
`;
const ANSWER = `export const answer = (args: string[]): string =>
  process.version + ' ' + args.join('|');
`;

// What the launcher itself calls, and what a script of this file needs.
const TOOLS = ['sh', 'cat', 'find', 'ln', 'mkdir', 'mv', 'readlink', 'rm', 'sleep', 'uname', 'env'];

function temporary(): string {
  const folder = mkdtempSync(join(tmpdir(), 'opsconsole-launcher-'));
  onTestFinished(() => rm(folder, { recursive: true, force: true }));
  return folder;
}

function executable(text: string, name: string): string {
  const path = join(temporary(), name);
  writeFileSync(path, text);
  chmodSync(path, 0o755);
  return path;
}

/** An empty home folder. */
export const aHome = temporary;

/** A PATH with the base tools and the given programs, and no other Node or npm. */
export function aPath(programs: Readonly<Record<string, string>> = {}): string {
  const folder = temporary();
  for (const tool of TOOLS) symlinkSync(`/usr/bin/${tool}`, join(folder, tool));
  for (const [name, path] of Object.entries(programs)) symlinkSync(path, join(folder, name));
  return folder;
}

/** A program that says it is Node of a version, and does nothing else. */
export const fakeNode = (version: string): string =>
  executable(`#!/bin/sh\n[ "$1" != --version ] || echo ${version}\n`, 'node');

/** Programs and folders for the tests of installing. */
export const script = {
  folder: async (): Promise<string> => temporary(),
  failing: (words: string): string => executable(`#!/bin/sh\necho '${words}'\nexit 1\n`, 'npm'),
  /** Stands in for `npm ci`: links this checkout's packages one by one and marks the end as npm does. */
  npm: (): string =>
    executable(
      [
        '#!/bin/sh',
        '[ "$*" = ci ] || exit 64',
        'mkdir -p node_modules',
        `ln -sfn ${REPOSITORY}/node_modules/* node_modules/`,
        'rm -f node_modules/.package-lock.json',
        // Newer than a lock file that a test dated into the near future.
        `${process.execPath} -e 'const fs = require("fs"); const t = Date.now() / 1000 + 60;
fs.writeFileSync("node_modules/.package-lock.json", "{}");
fs.utimesSync("node_modules/.package-lock.json", t, t)'`,
        '',
      ].join('\n'),
      'npm',
    ),
};

/** A checkout of the stand-in program, not built; with its dependencies unless told otherwise. */
export async function checkout(
  name = 'checkout',
  { installed = true, node = true }: { installed?: boolean; node?: boolean } = {},
): Promise<string> {
  const root = join(temporary(), name);
  await mkdir(`${root}/src`, { recursive: true });
  await mkdir(`${root}/bin`);
  await mkdir(`${root}/views`);
  await cp(`${REPOSITORY}/bin/opsconsole`, `${root}/bin/opsconsole`);
  await cp(`${REPOSITORY}/scripts`, `${root}/scripts`, { recursive: true });
  await cp(`${REPOSITORY}/package.json`, `${root}/package.json`);
  await writeFile(`${root}/bin/main.ts`, PROGRAM);
  await mkdir(`${root}/src/simulator/postgres/tables`, { recursive: true });
  for (const other of ['bin/simulator.ts', 'src/simulator/postgres/tables/worker.ts']) {
    await writeFile(`${root}/${other}`, 'export {};\n');
  }
  await writeFile(`${root}/src/answer.ts`, ANSWER);
  await writeFile(`${root}/package-lock.json`, '{}');
  if (installed) {
    // A folder of links, not a link to the folder: whatever is done in it cannot reach the original.
    await mkdir(`${root}/node_modules`);
    for (const entry of await readdir(`${REPOSITORY}/node_modules`)) {
      if (entry.startsWith('.') || (entry === NODE_PACKAGE && !node)) continue;
      symlinkSync(`${REPOSITORY}/node_modules/${entry}`, `${root}/node_modules/${entry}`);
    }
    await writeFile(`${root}/node_modules/.package-lock.json`, '{}');
  }
  return root;
}

/**
 * An install from the packed package: no sources, no scripts.
 *
 * @param layout where npm put the Node it brings: inside the package, beside it, or nowhere
 */
export async function packed(layout: 'nested' | 'hoisted' | 'alone'): Promise<string> {
  const root = join(temporary(), 'lib/node_modules/opsconsole');
  await mkdir(`${root}/bin`, { recursive: true });
  await mkdir(`${root}/dist`);
  await cp(`${REPOSITORY}/bin/opsconsole`, `${root}/bin/opsconsole`);
  await writeFile(`${root}/package.json`, '{ "type": "module" }');
  await writeFile(
    `${root}/dist/main.js`,
    "console.log(process.version + ' ' + process.argv.slice(2).join('|'));\n",
  );
  if (layout === 'alone') return root;
  const folder = layout === 'nested' ? `${root}/node_modules` : join(root, '..');
  await mkdir(folder, { recursive: true });
  symlinkSync(`${REPOSITORY}/node_modules/${NODE_PACKAGE}`, join(folder, NODE_PACKAGE));
  return root;
}

/** A real npm in a home of its own; whatever it needs it gets from the packages of this checkout. */
async function realNpm(args: readonly string[], cwd: string): Promise<void> {
  const registry = await serveInstalledPackages(REPOSITORY);
  const quiet = ['--registry', registry, '--no-audit', '--no-fund', '--ignore-scripts'];
  const PATH = process.env['PATH'] ?? '';
  await execa('npm', [...args, ...quiet], {
    cwd,
    env: { PATH, HOME: temporary() },
    extendEnv: false,
  });
}

/** The file that `npm pack` makes of this checkout as it is built now. */
export async function packedFile(): Promise<string> {
  const folder = temporary();
  await realNpm(['pack', '--pack-destination', folder], REPOSITORY);
  const [file = ''] = await readdir(folder);
  return join(folder, file);
}

/** Installs a packed file as `npm install --global` does; returns the command it brings. */
export async function installedGlobally(file: string): Promise<string> {
  const prefix = temporary();
  await realNpm(['install', '--global', '--prefix', prefix, file], prefix);
  return join(prefix, 'bin/opsconsole');
}

/** Installs a packed file into a folder, without what is optional; returns the command it brings. */
export async function installedWithoutOptional(file: string): Promise<string> {
  const folder = temporary();
  await realNpm(['install', '--omit=optional', '--prefix', folder, file], folder);
  return join(folder, 'node_modules/.bin/opsconsole');
}
