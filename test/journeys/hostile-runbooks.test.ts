import { cpSync, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { openDesk, rowsOf } from '../harness/journey.ts';
import { alive } from '../harness/journey-screen.ts';
import { REPOSITORY } from '../harness/launcher-places.ts';
import { describeOnStack } from '../harness/suites.ts';

/** What a start may take longer for all of these files together, ms, on a busy machine. */
const LINT_WITHIN_MS = 10_000;

const head = (id: string) => `id: falcon/${id}\ntitle: The ${id} one\nseverity: P2\n`;
const leaf = 'leaves: [{ id: done, decide: Nothing more, checklist: [look], ends: watching }]\n';
const check = (id: string, branches: string) =>
  `  - { id: ${id}, check: Is it there?, probe: docker.container, with: { service: redis }, branches: [${branches}] }\n`;

/** As many steps, one after the other. */
const chain = (id: string, count: number) => {
  const steps = Array.from({ length: count }, (_, index) =>
    check(`s${index}`, `{ because: on, to: ${index === count - 1 ? 'done' : `s${index + 1}`} }`),
  );
  return `${head(id)}steps:\n${steps.join('')}${leaf}`;
};

/** Runbooks that cannot be used, and what is said of each. */
const bad: Readonly<Record<string, { readonly text: string; readonly says: RegExp }>> = {
  loop: {
    text: `${head('loop')}steps:\n${check('one', '{ because: on, to: two }')}${check(
      'two',
      "{ when: '!result.found', because: it is gone, to: done }, { because: back, to: one }",
    )}${leaf}`,
    says: /loop\.yaml:\d+:\d+: error: .*; \S/,
  },
  'missing-step': {
    text: `${head('missing-step')}steps:\n${check('one', '{ because: on, to: dnoe }')}${leaf}`,
    says: /missing-step\.yaml:5:\d+: error: .*dnoe.*; .*done/,
  },
  huge: {
    text: chain('huge', 10_000),
    says: /huge\.yaml:1:1: error: larger than 256 KiB; split it/,
  },
  many: { text: chain('many', 1200), says: /many\.yaml:\d+:\d+: error: more than 1000 steps/ },
  torn: {
    text: `${head('torn')}steps: [\nleaves: }\n`,
    says: /torn\.yaml:\d+:\d+: error: not valid YAML: .*; \S/,
  },
  laughs: {
    text: `a: &a [x, x, x, x, x, x, x, x, x, x]\n${[...'bcdefghij']
      .map((name, index) => {
        const before = String.fromCharCode('a'.charCodeAt(0) + index);
        return `${name}: &${name} [${Array.from({ length: 10 }, () => `*${before}`).join(', ')}]\n`;
      })
      .join('')}`,
    says: /laughs\.yaml:\d+:\d+: error: .*; \S/,
  },
  deep: {
    text: `${head('deep')}steps: ${'['.repeat(20_000)}\n`,
    says: /deep\.yaml:\d+:\d+: error: .*; \S/,
  },
  binary: {
    text: '\u0000\u0001\u001b]0;owned\u0007\n',
    says: /binary\.yaml:\d+:\d+: error: .*; \S/,
  },
  empty: { text: '', says: /empty\.yaml:\d+:\d+: error: .*; \S/ },
};

/** Loads, and divides by zero as soon as it is walked. */
const zero = `${head('zero')}key: z
opens-on: { when: 1 / 0 > 0 }
steps:
${check('one', "{ when: 7 / (result.restartCount - result.restartCount) > 0, because: odd, to: done }, { because: 'else {{restartCount}}', to: done }")}${leaf}`;

/** Loads, for a person stands in its circle; nobody does when it runs by itself. */
const round = `${head('round')}steps:
  - id: again
    ask: Once more?
    branches:
      - { because: once more, recommended: true, to: again }
      - { because: enough, to: done }
${leaf}`;

function hostilePack(home: string): string {
  const packs = join(home, 'packs');
  mkdirSync(packs);
  cpSync(join(REPOSITORY, 'runbooks/falcon'), join(packs, 'falcon'), { recursive: true });
  const write = (id: string, text: string) =>
    writeFileSync(join(packs, 'falcon', `${id}.yaml`), text);
  for (const [id, { text }] of Object.entries(bad)) write(id, text);
  write('zero', zero);
  write('round', round);
  return packs;
}

describeOnStack('runbooks that mean harm, or were written in a hurry', (stack) => {
  test('are told with file, line, column and mend, and the others load', async () => {
    const desk = openDesk(stack());
    const packs = hostilePack(desk.home);
    const startedAt = performance.now();
    const lint = await desk.run('runbooks', 'lint', packs);
    expect(performance.now() - startedAt).toBeLessThan(LINT_WITHIN_MS);
    expect(lint.code).toBe(1);
    for (const { says } of Object.values(bad)) expect(lint.stdout).toMatch(says);
    expect(lint.stdout + lint.stderr).not.toContain('\u001b');
    const list = await desk.ask('runbooks-list', 'runbooks', 'list', '--packs', packs);
    const ids = list.map(({ id }) => id);
    expect(ids).toEqual(
      expect.arrayContaining(['falcon/redis-down', 'falcon/zero', 'falcon/round']),
    );
    for (const id of Object.keys(bad)) expect(ids).not.toContain(`falcon/${id}`);
  });

  test('do not keep the console from its work, and one that divides by zero says so', async () => {
    const desk = openDesk(stack());
    const packs = hostilePack(desk.home);
    const terminal = await desk.open({ args: ['--packs', packs], cols: 120, rows: 40 });
    await alive(terminal);
    await terminal.until(/▲ \d+ errors in runbook files: opsconsole runbooks lint/);
    await terminal.press('R');
    await terminal.until(/d +Redis down, or its breaker open/);
    await terminal.type('zero');
    await terminal.until((lines) => !lines.join('\n').includes('Redis down, or its breaker open'));
    await terminal.press('Enter');
    await terminal.until(/divides by zero/);
    await terminal.press('Esc');
    await terminal.until('● live');
    const { events } = await desk.journal();
    expect(rowsOf(events, 'evidence-read')).toHaveLength(1);
    await terminal.press('q');
    await terminal.until(/y +leave/);
    await terminal.press('y');
    expect(await terminal.exit).toEqual({ code: 0, signal: null });
    expect(terminal.terminalRestored()).toBe(true);
  });

  test('that go round end when nobody stands in the circle', async () => {
    const desk = openDesk(stack());
    const packs = hostilePack(desk.home);
    const { code, stderr } = await desk.run(...['--packs', packs, 'run', 'falcon/round', '--auto']);
    expect(stderr).toContain('The run goes round without an end');
    expect(code).toBe(4);
    const zeroed = await desk.run('--packs', packs, 'run', 'falcon/zero', '--auto');
    expect(zeroed.stdout + zeroed.stderr).toMatch(/not sure: it divides by zero/);
    expect(zeroed.code).toBe(4);
  });
});
