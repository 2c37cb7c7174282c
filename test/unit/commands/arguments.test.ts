import { beforeEach, describe, expect, test, vi } from 'vitest';
import { parseArguments, UsageEnd } from '../../../bin/cli.ts';

const invocation = (...argv: readonly string[]) => parseArguments(argv, '1.2.3').invocation;

describe('what is meant', () => {
  test.each([
    [[], { command: 'console', screenReader: false }],
    [['--screen-reader'], { command: 'console', screenReader: true }],
    [['--once'], { command: 'once', waitMs: 10_000, rates: false, columns: null, rows: null }],
    [
      ['--once', '--wait', '3', '--rates', '--columns', '120', '--rows', '40'],
      { command: 'once', waitMs: 3000, rates: true, columns: 120, rows: 40 },
    ],
    [['status'], { command: 'status', waitMs: 10_000, rates: false }],
    [['status', '--wait', '3', '--rates'], { command: 'status', waitMs: 3000, rates: true }],
    [['check', '--wait=0.5'], { command: 'check', waitMs: 500 }],
    [['config', 'show', '--json'], { command: 'config show' }],
    [['config', 'schema'], { command: 'config schema' }],
    [['schema', 'status'], { command: 'schema', name: 'status' }],
  ])('%j', (argv, expected) => {
    expect(invocation(...argv)).toEqual(expected);
  });

  test('options of every command may stand before and after it', () => {
    const argv = [
      ['--project', 'shop', 'check', '--json'],
      ['check', '--json', '--project=shop'],
    ];
    for (const words of argv) {
      const { options } = parseArguments(words, '1.2.3');
      expect(options).toMatchObject({ project: 'shop', json: true, system: null });
    }
  });
});

describe('what makes no sense ends with 2 and says why', () => {
  let stderr = '';
  beforeEach(() => {
    stderr = '';
    const spy = vi.spyOn(process.stderr, 'write').mockImplementation((text) => {
      stderr += String(text);
      return true;
    });
    return () => spy.mockRestore();
  });

  test.each([
    [['--json'], 'opsconsole status --json'],
    [['--once', '--json'], 'opsconsole status --json'],
    [['--wait', '3', 'status'], '--wait stands before a command; write it behind'],
    [['--once', 'check'], '--once stands before a command'],
    [['--columns', '90'], 'belong to --once'],
    [['--rates'], 'belong to --once'],
    [['--once', '--rows', '5'], 'give cells, 10 to 1000'],
    [['status', '--wait', 'long'], 'give seconds, 0 to 3600'],
    [['status', '--screen-reader'], "unknown option '--screen-reader'"],
    [['statsu'], 'there is no command statsu; did you mean status?'],
    [['config', 'edit'], "unknown command 'edit'"],
  ])('%j', (argv, says) => {
    let thrown: unknown = null;
    try {
      invocation(...argv);
    } catch (error) {
      thrown = error;
    }
    expect(thrown).toBeInstanceOf(UsageEnd);
    expect((thrown as UsageEnd).exitCode).toBe(2);
    expect(stderr).toContain(says);
  });
});
