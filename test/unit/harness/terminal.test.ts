import { fileURLToPath } from 'node:url';
import { expect, onTestFinished, test } from 'vitest';
import { openTerminal, type TerminalOptions } from '../../harness/terminal.ts';

const ECHO = fileURLToPath(new URL('../../harness/fixtures/echo-keys.ts', import.meta.url));

async function open(options: TerminalOptions) {
  const terminal = await openTerminal(options);
  onTestFinished(() => terminal.close());
  return terminal;
}

const openEcho = () => open({ command: process.execPath, args: [ECHO], cols: 60, rows: 8 });

test('the screen of a real program, its size and its exit code', async () => {
  const terminal = await open({
    command: '/bin/sh',
    args: ['-c', 'stty size; exit 3'],
    cols: 91,
    rows: 7,
  });
  await terminal.until('7 91');
  expect(await terminal.exit).toEqual({ code: 3, signal: null });
});

test('the environment is built, not inherited', async () => {
  const terminal = await open({
    command: '/usr/bin/env',
    cols: 200,
    rows: 40,
    env: { GIVEN: 'yes' },
  });
  await terminal.exit;
  expect(terminal.text()).toMatch(/^GIVEN=yes$/m);
  expect(terminal.text()).toContain(`HOME=${terminal.home}`);
  expect(terminal.text()).not.toMatch(/^(CI|VITEST|NODE_ENV|DOCKER_HOST)=/m);
});

test('CI is refused, for with it Ink paints nothing', async () => {
  await expect(openTerminal({ command: '/bin/true', env: { CI: '1' } })).rejects.toThrow(/CI/);
});

test('keys are paced by the idle signal: each is handled when press returns', async () => {
  const terminal = await openEcho();
  await terminal.until('ready');
  await terminal.press('a', 'Esc', 'b', 'Up', 'Enter');
  expect(terminal.frames()).toBe(5);
  await terminal.until('keys: "a" "\\u001b" "b" "\\u001b[A" "\\r"');
});

test('resize reaches the program', async () => {
  const terminal = await openEcho();
  await terminal.until('ready');
  terminal.resize(72, 11);
  await terminal.until('size: 72x11');
});

test('a paste is bracketed once the program asked for it', async () => {
  const terminal = await openEcho();
  await terminal.until('ready');
  terminal.paste('two\nlines');
  await terminal.settled();
  await terminal.until(String.raw`"\u001b[200~two\nlines\u001b[201~"`);
});

test('a wait that fails shows the last screen', async () => {
  const terminal = await openEcho();
  await terminal.until('ready');
  await expect(terminal.until('never', { withinMs: 20 })).rejects.toThrow(
    /did not show never within 20 ms\n┌─+\n│ready/,
  );
});

test('a wait ends with the program, not with the clock', async () => {
  const terminal = await open({ command: '/bin/sh', args: ['-c', 'echo last words'] });
  await expect(terminal.until('never', { withinMs: 60_000 })).rejects.toThrow(
    /ended \({"code":0,"signal":null}\) before it showed never[\s\S]*last words/,
  );
});

test('settled fails with the counts when a key is not handled', async () => {
  const terminal = await openEcho();
  await terminal.until('ready');
  terminal.send('a', 2);
  await expect(terminal.settled({ withinMs: 20 })).rejects.toThrow(/handled \d of 2 keys/);
});

test('a program that leaves restores the terminal, one that is killed does not', async () => {
  const leaving = await openEcho();
  await leaving.until('ready');
  expect(leaving.terminalRestored()).toBe(false);
  await leaving.press('q');
  expect(await leaving.exit).toEqual({ code: 0, signal: null });
  expect(leaving.terminalRestored()).toBe(true);

  const killed = await openEcho();
  await killed.until('ready');
  killed.kill('SIGKILL');
  expect(await killed.exit).toEqual({ code: 0, signal: 9 });
  expect(killed.terminalRestored()).toBe(false);
});

test('a hangup is a SIGHUP to the program', async () => {
  const terminal = await open({ command: '/bin/sh', args: ['-c', 'echo up; read line'] });
  await terminal.until('up');
  terminal.hangup();
  expect(await terminal.exit).toEqual({ code: 0, signal: 1 });
});
