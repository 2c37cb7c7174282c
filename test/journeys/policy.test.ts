import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, expect, test } from 'vitest';
import { recordEvents } from '../harness/engine-events.ts';
import { openDesk, rowsOf } from '../harness/journey.ts';
import { alive, atRestart, resolved } from '../harness/journey-screen.ts';
import { healthy } from '../harness/journey-stack.ts';
import { describeOnStack } from '../harness/suites.ts';
import { underPolicy } from '../harness/under-policy.ts';

const FILE = '/etc/opsconsole/policy.yaml';

/** A policy that lets no restart pass, and the words that say so. */
interface Forbidding {
  readonly name: string;
  readonly policy: Readonly<Record<string, unknown>>;
  readonly mode?: number;
  readonly words: RegExp;
}

const forbidding: readonly Forbidding[] = [
  {
    name: 'read-only',
    policy: { 'read-only': true },
    words: /read-only: nothing is changed from here \(\/etc\/opsconsole\/policy\.yaml\)/,
  },
  {
    name: 'a highest risk',
    policy: { 'max-risk': 'reversible' },
    words: /up to reversible .*this one is disruptive \(\/etc\/opsconsole\/policy\.yaml\)/,
  },
  {
    name: 'a target that is never touched',
    policy: { forbid: [{ target: 'falcon-red*', why: 'the ledger is kept in it' }] },
    words: /The policy forbids this: the ledger is kept in it; ask whoever owns the policy/,
  },
  {
    name: 'an action that is riskier here',
    policy: { raise: [{ action: 'compose.*', risk: 'destructive' }] },
    words: /destructive/,
  },
  {
    name: 'a file that anybody may write',
    policy: { 'max-risk': 'destructive' },
    mode: 0o666,
    words: /the policy cannot be trusted: .*policy\.yaml can be written by others than its owner/,
  },
  {
    name: 'a file with a word that means nothing',
    policy: { 'max-rsik': 'destructive' },
    words: /the policy cannot be trusted: .*policy\.yaml:1:1: .*max-rsik/,
  },
];

describeOnStack("an administrator's policy", (stack) => {
  afterEach(() => healthy(stack()));

  const restart = ['run', 'falcon/redis-down', '--yes', 'disruptive', '--auto'];

  test('holds back what it forbids, in words, and the user cannot loosen it', async () => {
    // The user's own configuration allows all.
    const desk = openDesk(stack(), { region: { 'max-risk': 'destructive', 'read-only': false } });
    const program = underPolicy(desk);
    await stack().faults.killRedis();
    const engine = recordEvents(stack());
    for (const { name, policy, mode, words } of forbidding) {
      program.write(policy, mode);
      const { code, stderr } = await program.run(...restart);
      expect({ name, code, stderr }).toMatchObject({
        code: 4,
        stderr: expect.stringMatching(words),
      });
    }
    expect(readFileSync(join(desk.home, 'region.yaml'), 'utf8')).toContain('max-risk: destructive');
    expect(rowsOf((await desk.journal()).events, 'action-intended')).toEqual([]);
    expect(await engine.count('falcon-redis', 'start')).toBe(0);

    program.remove();
    expect(await program.run(...restart)).toMatchObject({ code: 0 });
    expect(await engine.count('falcon-redis', 'start')).toBe(1);
  });

  test('on the screen: Enter says who forbids it, and nothing is done', async () => {
    const desk = openDesk(stack());
    const program = underPolicy(desk);
    program.write({ forbid: [{ target: 'falcon-redis', why: 'the ledger is kept in it' }] });
    const terminal = await program.open();
    await alive(terminal);
    await stack().faults.killRedis();
    const engine = recordEvents(stack());
    await atRestart(terminal);
    await terminal.press('Enter');
    await terminal.until('Restart Redis?');
    await terminal.until(/y +Restart Redis +Esc/, { withinMs: 20_000 });
    await terminal.press('y');
    await terminal.until('the ledger is kept in it');
    await terminal.until('Nothing was changed');
    expect(rowsOf((await desk.journal()).events, 'action-intended')).toEqual([]);
    expect(await engine.count('falcon-redis', 'start')).toBe(0);
  });

  test('written between the dialog and the act: the runner refuses', async () => {
    const desk = openDesk(stack());
    const program = underPolicy(desk);
    const terminal = await program.open();
    await alive(terminal);
    await stack().faults.killRedis();
    const engine = recordEvents(stack());
    await atRestart(terminal);
    await terminal.press('Enter');
    await terminal.until(/y +Restart Redis +Esc/, { withinMs: 20_000 });
    program.write({ 'read-only': true });
    await terminal.press('y');
    await terminal.until(/read-only: nothing is changed from here/, { withinMs: 20_000 });
    const { events } = await desk.journal();
    expect(rowsOf(events, 'action-started')).toEqual([]);
    expect(rowsOf(events, 'action-ended')).toEqual([
      expect.objectContaining({ outcome: 'refused', message: expect.stringContaining(FILE) }),
    ]);
    expect(await engine.count('falcon-redis', 'start')).toBe(0);
  });

  test('a limit on changes: one more passes with a reason, which is recorded', async () => {
    const desk = openDesk(stack());
    const program = underPolicy(desk);
    program.write({ changes: { most: 1, within: '1h' } });
    await stack().faults.killRedis();
    const engine = recordEvents(stack());
    expect(await program.run(...restart)).toMatchObject({ code: 0 });

    await stack().faults.killRedis();
    const held = await program.run(...restart);
    expect(held.code).toBe(4);
    expect(held.stderr).toMatch(/1 change in the last 1h\S*; the policy allows 1/);
    expect(held.stderr).toContain('--break-glass REASON');
    expect(await engine.count('falcon-redis', 'start')).toBe(1);

    const reason = 'it fell over again, twice';
    expect(await program.run(...restart, '--break-glass', reason)).toMatchObject({ code: 0 });
    expect(await engine.count('falcon-redis', 'start')).toBe(2);
    const [newest] = await desk.ask('incidents-list', 'incidents', 'list');
    const { events, intact } = await desk.ask(
      'incidents-show',
      'incidents',
      'show',
      newest?.id ?? '',
    );
    expect(intact).toBe(true);
    expect(rowsOf(events, 'action-intended').map((row) => row['breakGlass'])).toEqual([reason]);

    program.write({ changes: { most: 1, within: '1h', 'break-glass': false } });
    await stack().faults.killRedis();
    const shut = await program.run(...restart, '--break-glass', reason);
    expect(shut.code).toBe(4);
    expect(shut.stderr).toMatch(/2 changes in the last 1h\S*; the policy allows 1/);
    expect(await engine.count('falcon-redis', 'start')).toBe(2);
  });

  test('a limit on changes, on the screen: the dialog asks for the reason first', async () => {
    const desk = openDesk(stack());
    const program = underPolicy(desk);
    program.write({ changes: { most: 1, within: '1h' } });
    await stack().faults.killRedis();
    expect(await program.run(...restart)).toMatchObject({ code: 0 });
    const terminal = await program.open();
    await alive(terminal);
    await terminal.until('no alert', { withinMs: 60_000 });
    const engine = recordEvents(stack());
    await stack().faults.disconnectRedis();
    await atRestart(terminal);
    await terminal.press('Enter');
    await terminal.until(/Why is the limit passed\?/, { withinMs: 20_000 });
    await terminal.type('the cache is gone');
    await terminal.press('Enter');
    await terminal.until(/y +Restart Redis +Esc/, { withinMs: 20_000 });
    await terminal.press('y');
    await resolved(terminal);
    expect(await engine.count('falcon-redis', 'start')).toBe(1);
    const [newest] = await desk.ask('incidents-list', 'incidents', 'list');
    const { events } = await desk.ask('incidents-show', 'incidents', 'show', newest?.id ?? '');
    expect(rowsOf(events, 'action-intended')[0]).toMatchObject({ breakGlass: 'the cache is gone' });
  });
});
