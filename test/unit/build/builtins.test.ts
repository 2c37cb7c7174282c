import { execFile } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { build, type Plugin } from 'esbuild';
import { expect, onTestFinished, test } from 'vitest';

const source = new URL('../../../scripts/build/builtins.ts', import.meta.url).href;
const { builtinsAsTheyAre } = (await import(source)) as { builtinsAsTheyAre: Plugin };

const run = promisify(execFile);

/** Bundles a program as the console is bundled, runs it, and tells what it printed. */
async function printed(program: string): Promise<unknown> {
  const folder = await mkdtemp(join(tmpdir(), 'opsconsole-builtins-'));
  onTestFinished(() => rm(folder, { recursive: true, force: true }));
  const { outputFiles } = await build({
    stdin: { contents: program, loader: 'js', resolveDir: folder },
    bundle: true,
    write: false,
    format: 'esm',
    platform: 'node',
    target: 'node22',
    minifySyntax: true,
    plugins: [builtinsAsTheyAre],
  });
  const file = join(folder, 'program.mjs');
  await writeFile(file, outputFiles[0]?.contents ?? '');
  const { stdout } = await run(process.execPath, [file]);
  return JSON.parse(stdout);
}

const LOADED = `const loaded = (name) => process.moduleLoadList.some((each) => each.endsWith(' ' + name));`;

test('an import of the HTTP client loads no second one, as one that Node evaluates would', async () => {
  const answer = `console.log(JSON.stringify([loaded('http'), loaded('internal/deps/undici/undici')]));`;
  const program = `import { Agent } from 'node:http'; ${LOADED} new Agent(); ${answer}`;
  expect(await printed(program)).toEqual([true, false]);
});

test('default, named and whole imports are the built-in module, with and without its prefix', async () => {
  const program = `
    import fs, { existsSync } from 'node:fs';
    import * as path from 'path';
    import { sep as bar } from 'node:path';
    import { EventEmitter } from 'events';
    class Own extends EventEmitter {}
    console.log(JSON.stringify([
      fs.existsSync === existsSync, existsSync('/'), path.join('a', 'b'), bar, path.default.sep,
      new Own() instanceof process.getBuiltinModule('node:events'),
    ]));`;
  expect(await printed(program)).toEqual([true, true, 'a/b', '/', '/', true]);
});

test('what a start does not need is loaded at its first call', async () => {
  const program = `
    import { createHash } from 'node:crypto';
    ${LOADED}
    const before = loaded('crypto');
    const hash = createHash('sha256').update('').digest('hex').slice(0, 8);
    console.log(JSON.stringify([before, hash, loaded('crypto')]));`;
  expect(await printed(program)).toEqual([false, 'e3b0c442', true]);
});
