import { readFileSync } from 'node:fs';
import { chmod, mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { OperatorError } from '../../../src/domain/operator-error.ts';
import { shellActions } from '../../../src/integrations/shell/actions.ts';
import { shellProbes } from '../../../src/integrations/shell/probes.ts';
import { eventually } from '../../harness/eventually.ts';
import { prepare, read, testContext } from '../../unit/integrations/context.ts';

let folder: string;
const started: number[] = [];
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'opsconsole-shell-'));
});
afterEach(async () => {
  for (const pid of started.splice(0)) {
    try {
      process.kill(pid, 'SIGKILL');
    } catch {
      // It has ended.
    }
  }
  await rm(folder, { recursive: true, force: true });
});

const shell = { env: process.env, folder: async () => folder };
const actions = shellActions(shell);
const probes = shellProbes(shell);
const run = (input: object, context = testContext()) =>
  prepare(actions, 'shell.run', input, context);
const sh = (script: string) => ({ command: ['sh', '-c', script] });
const reading = (input: object) =>
  read(probes, 'shell.read', { 'only-reads': true, ...input }, testContext());

/** True while a process runs; one that only waits to be buried does not. */
function lives(pid: number): boolean {
  try {
    return !/^\d+ \(.*\) [ZX]/.test(readFileSync(`/proc/${pid}/stat`, 'utf8'));
  } catch {
    return false;
  }
}

async function pidIn(name: string): Promise<number> {
  const text = await eventually(async () => (await readFile(join(folder, name), 'utf8')).trim(), {
    what: `a pid in ${name}`,
    everyMs: 10,
  });
  started.push(Number(text));
  return Number(text);
}

const gone = (pid: number) =>
  eventually(() => !lives(pid), { what: `process ${pid} to be gone`, everyMs: 10 });

describe('shell.run', () => {
  it('runs in the project’s folder, tells its output line by line, and its exit', async () => {
    const context = testContext();
    const change = run(
      { ...sh('pwd; echo "a\tb"; echo err >&2; printf last'), env: { A: 'x y' } },
      context,
    );
    const preview = await change.preview();
    expect(preview).toMatchObject({
      targets: [{ kind: 'command', detail: `in ${folder}` }],
      command: expect.stringMatching(/^A='x y' sh -c 'pwd; /),
      notes: [expect.stringContaining('runs on this host'), 'ended after 1m'],
    });
    await change.run(preview);
    expect(context.lines).toEqual(expect.arrayContaining([folder, 'a\tb', 'err', 'last']));
    expect(context.lines.at(-1)).toMatch(/^exit 0 after/);
  });

  it('fails with the exit and the last words, unless the exit was expected', async () => {
    const failing = sh('echo starting; echo "no such remote" >&2; exit 3');
    const change = run(failing);
    await expect(change.run(await change.preview())).rejects.toMatchObject({
      kind: 'failed',
      message: 'sh failed, exit 3: no such remote',
    });
    const fine = run({ ...failing, expect: [0, 3] });
    await expect(fine.run(await fine.preview())).resolves.toMatchObject({ exitCode: 3 });
    const killed = run(sh('kill -9 $$'));
    await expect(killed.run(await killed.preview())).rejects.toThrow('sh failed, ended by SIGKILL');
  });

  it('ends the whole tree at its limit, also what does not heed TERM', async () => {
    const tree = sh(
      "trap '' TERM; sh -c 'trap \"\" TERM; echo $$ > child; while :; do sleep 1; done' & " +
        'echo $$ > parent; wait; while :; do sleep 1; done',
    );
    const change = run({ ...tree, timeout: '300ms' });
    const failure = change.run(await change.preview()).catch((thrown: unknown) => thrown);
    const [parent, child] = [await pidIn('parent'), await pidIn('child')];
    expect(await failure).toMatchObject({
      kind: 'timeout',
      message: 'sh was ended after 300ms, with all that it started',
    });
    await gone(parent);
    await gone(child);
  });

  it('ends the whole tree when it is aborted', async () => {
    const stop = new AbortController();
    const change = run(sh('(echo $$ > tree; exec sleep 1000) & echo $! > child; wait'), {
      ...testContext(),
      signal: stop.signal,
    });
    const failure = change.run(await change.preview()).catch((thrown: unknown) => thrown);
    const child = await pidIn('child');
    const reason = new Error('stopped by the test');
    stop.abort(reason);
    expect(await failure).toBe(reason);
    await gone(child);
  });

  it('does not wait for what it left behind, and says so', async () => {
    const context = testContext();
    const change = run(sh('sleep 1000 & echo $! > left; echo started'), context);
    await change.run(await change.preview());
    const left = await pidIn('left');
    expect(context.lines).toContain('it ended, and left a process running');
    expect(lives(left)).toBe(true);
  });

  it('keeps a bound on what is written: lines, and a line without end', async () => {
    const context = testContext();
    const many = run(sh('seq 1 100000'), context);
    await expect(many.run(await many.preview())).resolves.toMatchObject({ lines: 100_000 });
    expect(context.lines).toHaveLength(1002);
    expect(context.lines[1000]).toBe('… 99000 lines more, which are not kept');
    const long = testContext();
    const endless = run(sh("head -c 5000000 /dev/zero | tr '\\0' x; echo; echo end"), long);
    await endless.run(await endless.preview());
    expect(long.lines.map((line) => line.length)).toEqual([4097, 3, expect.any(Number)]);
  });

  it('refuses another program, folder or word than was confirmed', async () => {
    const tool = join(folder, 'tool');
    await writeFile(tool, '#!/bin/sh\necho one\n');
    await chmod(tool, 0o755);
    const change = run({ command: ['./tool'] });
    const preview = await change.preview();
    await rm(tool);
    await writeFile(tool, '#!/bin/sh\necho two\n');
    await chmod(tool, 0o755);
    await expect(change.run(preview)).rejects.toThrow('not what the dialog showed any more');
    const other = run({ command: ['./tool', 'x'] });
    await expect(other.run(preview)).rejects.toThrow('was not run');
  });

  it('settles by its check, and cannot tell without one', async () => {
    const change = run({ ...sh('touch made'), check: { command: ['test', '-e', 'made'] } });
    const preview = await change.preview();
    expect(await change.settle(preview, 0)).toMatchObject({ state: 'not-done' });
    await change.run(preview);
    expect(await change.settle(preview, 0)).toMatchObject({ state: 'done' });
    const blind = run(sh('touch made'));
    expect(await blind.settle(await blind.preview(), 0)).toMatchObject({ state: 'unknown' });
  });

  it('says what is missing before anything is done', async () => {
    await expect(run({ command: ['no-such-tool'] }).preview()).rejects.toMatchObject({
      kind: 'missing',
      message: 'There is no program no-such-tool on this host',
    });
    await writeFile(join(folder, 'plain'), 'x');
    await expect(run({ command: ['./plain'] }).preview()).rejects.toThrow('no program ./plain');
    await expect(run({ command: ['id'], cwd: 'nowhere' }).preview()).rejects.toThrow(
      'nowhere does not exist',
    );
    const needs = await actions[0]?.needs?.(
      actions[0].input.parse({ command: ['no-such-tool'] }),
      testContext(),
    );
    expect(needs).toMatchObject([{ what: 'command no-such-tool', state: 'missing' }]);
  });

  it('takes no secret: the journal would hide it from the runner', async () => {
    for (const input of [
      { command: ['curl', '-H', 'Authorization: Bearer abcdefghijkl', 'http://x'] },
      { command: ['mysql', '--password', 'hunter2'] },
      { command: ['env'], env: { API_TOKEN: 'x' } },
      { command: ['dump', 'postgres://u:pw@h/d'] },
    ]) {
      await expect(run(input).preview()).rejects.toThrow('looks like a secret');
    }
  });

  it.each([
    [{ command: [] }, 'Too small'],
    [{ command: ['-x'] }, 'begins with -'],
    [{ command: [{ value: 'rm' }] }, 'written out'],
    [{ command: ['git', 'checkout', '{{inputs.commit}}'] }, 'a placeholder stands by itself'],
    [{ command: ['a', 'b\u001b[31m'] }, 'control characters'],
    [{ command: ['id'], timeout: '2h' }, 'at most 1h'],
    [{ command: ['id'], timeout: '0s' }, 'at most 1h'],
    [{ command: ['id'], env: { 'A B': 'x' } }, 'env'],
  ])('%j is refused', (input, words) => expect(() => run(input)).toThrow(words));
});

describe('shell.read', () => {
  it('tells lines, errors and JSON; a failure is a result', async () => {
    expect(await reading(sh('echo \'{"a": 1}\''))).toMatchObject({
      ok: true,
      exitCode: 0,
      lines: ['{"a": 1}'],
      json: { a: 1 },
    });
    const bad = sh("printf '\\033[31mred\\n'; echo bad >&2; exit 4");
    expect(await reading(bad)).toMatchObject({
      ok: false,
      exitCode: 4,
      lines: ['red'],
      errors: ['bad'],
      json: null,
    });
    const slow = { ...sh('exec sleep 1000'), timeout: '100ms' };
    expect(await reading(slow)).toMatchObject({
      ok: false,
      timedOut: true,
    });
    const unvouched = read(probes, 'shell.read', sh('id'), testContext());
    await expect(unvouched).rejects.toThrow('only-reads');
    await mkdir(join(folder, 'sub'));
    const there = { command: ['pwd'], cwd: 'sub' };
    expect(await reading(there)).toMatchObject({
      lines: [join(folder, 'sub')],
    });
  });
});

describe('values from outside', () => {
  it('reach the program as one argument, as they are, or are refused', async () => {
    const show = join(folder, 'show');
    await writeFile(show, '#!/bin/sh\nfor a in "$@"; do printf "<%s>" "$a"; done\n');
    await chmod(show, 0o755);
    const nasty = fc.oneof(
      fc.string({ unit: 'grapheme', maxLength: 20 }),
      fc.constantFrom('-rf', '--help', '$(touch pwned)', '`id`', '; id', "'", '"', '*', '~', '\\'),
      fc.constantFrom('a\nb', '\u0000', '\u001b[2J', '', '$HOME', '&& id', '| id', '> pwned', ' '),
    );
    await fc.assert(
      fc.asyncProperty(nasty, async (value) => {
        const command = [show, 'first', { value }, { after: '--tag=', value }];
        const context = testContext();
        const change = run({ command }, context);
        const hostile = value === '' || value.startsWith('-') || /\p{Cc}/u.test(value);
        try {
          await change.run(await change.preview());
        } catch (thrown) {
          expect(thrown).toBeInstanceOf(OperatorError);
          expect(hostile).toBe(true);
          return;
        }
        expect(hostile).toBe(false);
        expect(context.lines[0]).toBe(`<first><${value}><--tag=${value}>`);
      }),
      { numRuns: 60 },
    );
    await expect(readFile(join(folder, 'pwned'))).rejects.toThrow('ENOENT');
  });
});
