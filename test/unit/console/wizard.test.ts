import { describe, expect, test } from 'vitest';
import { act, alarmedBoard, doneAct, fakeRun, plan } from '../../fixtures/run.ts';
import { runsAt } from '../../fixtures/wizard.ts';
import { openDesk } from './desk.ts';

describe('ways', () => {
  test('a number takes the way that has it on the screen', async () => {
    const run = runsAt.gather();
    const { press, session } = openDesk({ run });
    await press('r', '2');
    expect(run.calls).toContain('proceed tell');
    await press('7');
    expect(session().toast?.text).toContain('the ways from here end at 3');
  });

  test('o tells them in the words of the runbook, as conditions', async () => {
    const run = runsAt.gather();
    const { press, top } = openDesk({ run });
    await press('r', 'o');
    expect(top()).toMatchObject({
      items: [
        { detail: 'if: the cache is silent' },
        { detail: 'when result.database.waiting > 5' },
        { detail: 'when nothing else holds' },
      ],
    });
  });

  test('J lists every other step; typing narrows, Enter jumps', async () => {
    const run = runsAt.leaf();
    const { press, top } = openDesk({ run });
    await press('r', 'J');
    expect(top()).toMatchObject({ kind: 'pick', purpose: 'jump' });
    await press('m', 'a', 'i', 'n', 'enter');
    expect(run.calls).toContain('jump prepare');
    expect(top()).toBeNull();
  });
});

describe('a checklist', () => {
  test('Enter says what is not ticked; Space ticks and leads on; then Enter goes on', async () => {
    const run = runsAt.checklist();
    const { press, session } = openDesk({ run });
    await press('r', 'enter');
    expect(run.calls).not.toContain('proceed');
    expect(session().toast?.text).toContain('3 of 3 not ticked');
    await press(' ', ' ', 'k', ' ');
    expect(session().run?.desk).toMatchObject({ ticked: [0], cursor: 1 });
    await press(' ', ' ', 'enter');
    expect(session().run?.desk.ticked).toHaveLength(3);
    expect(run.calls).toContain('proceed');
  });

  test('s goes on with a reason, whatever is ticked', async () => {
    const run = runsAt.checklist();
    const { press } = openDesk({ run });
    await press('r', 's', ...'done by phone', 'enter');
    expect(run.calls).toContain('skip done by phone');
  });

  test('ticks stay while the run stands there, and are gone when it moves on', async () => {
    const run = runsAt.checklist();
    const { press, session } = openDesk({ run });
    await press('r', ' ');
    run.become({ notes: [] });
    expect(session().run?.desk.ticked).toEqual([0]);
    run.become({ current: 'tell', path: [...run.state().path] });
    expect(session().run?.desk.ticked).toEqual([]);
  });
});

describe('a message', () => {
  test('is sent only through its dialog, though sending is reversible', async () => {
    const run = runsAt.notify();
    run.answers.plan = plan({ leaf: 'tell', risk: 'reversible', action: 'notify.send' });
    const { press, pressSeen, top } = openDesk({ run });
    await press('r', 'p', 'escape');
    await pressSeen('enter');
    expect(top()).toMatchObject({ kind: 'confirm', plan: { leaf: 'tell' } });
    expect(run.calls).not.toContain('confirm tell');
    await press('y');
    expect(run.calls).toContain('confirm tell');
  });

  test('c copies it and records that; once sent, Enter goes on', async () => {
    const run = runsAt.notify();
    const { press, console } = openDesk({ run });
    const copied: string[] = [];
    console.onCopy((text) => {
      copied.push(text);
      return null;
    });
    await press('r', 'c');
    expect(copied[0]).toContain('Next word at 12:30.');
    expect(run.calls).toContain('copied');
    const sent = runsAt.notify('sent');
    const other = openDesk({ run: sent });
    await other.press('r', 'enter');
    expect(sent.calls).toContain('proceed');
  });

  test('a clipboard that refuses it is not recorded as a copy', async () => {
    const run = runsAt.notify();
    const { press, session } = openDesk({ run });
    await press('r', 'c');
    expect(session().toast?.text).toContain('no terminal is attached');
    expect(run.calls).not.toContain('copied');
  });
});

describe('values', () => {
  test('are asked for one after the other, checked as typed, and given together', async () => {
    const run = runsAt.input();
    const { press, top } = openDesk({ run });
    await press('r', 'enter');
    expect(top()).toMatchObject({ kind: 'form', at: 0, chosen: 1 });
    await press('enter', ...'10.x', 'enter');
    expect(top()).toMatchObject({ at: 1, problem: expect.stringContaining('no address') });
    await press('backspace', ...'0.0.7', 'enter');
    expect(top()).toMatchObject({ at: 2, text: 'acme' });
    await press('enter');
    const given = { target: '1.4.2', block: '10.0.0.7', customer: 'acme' };
    expect(run.calls).toContain(`give ${JSON.stringify(given)}`);
    expect(top()).toBeNull();
  });

  test('typing narrows the choices; what is not among them is not taken', async () => {
    const run = runsAt.input();
    const { press, top } = openDesk({ run });
    await press('r', 'enter', '1', '.', '3', 'enter');
    expect(top()).toMatchObject({ at: 1, values: { target: '1.3.9' } });
    await press('shift+tab', 'z', 'enter');
    expect(top()).toMatchObject({ at: 0, problem: expect.stringContaining('not among') });
  });

  test('that are refused leave the form, with the reason', async () => {
    const run = runsAt.input();
    run.wanted = run.wanted.slice(2);
    run.answers.other = { refused: 'no such customer', mend: 'look it up' };
    const { press, top } = openDesk({ run });
    await press('r', 'enter', 'enter');
    expect(top()).toMatchObject({ kind: 'form', problem: 'no such customer: look it up' });
    run.answers.other = null;
    await press('enter');
    expect(top()).toBeNull();
  });

  test('a paste goes into the field, on one line', async () => {
    const run = runsAt.input();
    run.wanted = run.wanted.slice(2);
    const { console, press, top } = openDesk({ run });
    await press('r', 'enter', 'ctrl+u');
    console.key({ kind: 'paste', text: 'a\ncme\u001b[31m' });
    expect(top()).toMatchObject({ text: 'a cme' });
  });
});

describe('handing over', () => {
  test('H asks for a name and a note, which may be empty', async () => {
    const run = fakeRun();
    const { press, top } = openDesk({ run });
    await press('r', 'H', 'enter');
    expect(top()).toMatchObject({ kind: 'form', at: 0, problem: expect.any(String) });
    await press(...'eva', 'enter', 'enter');
    expect(run.calls).toContain('handOver eva');
  });

  test('what was handed over is taken with Enter, or T', async () => {
    const handedTo = { to: 'eva', by: 'ops', note: '', at: 0 };
    for (const key of ['enter', 'T']) {
      const run = fakeRun({ handedTo });
      run.followedBy = { holder: 'eva, to whom it was handed' };
      const { press } = openDesk({ run });
      await press('r', key);
      expect(run.calls).toEqual(['takeOver']);
    }
  });
});

describe('undo', () => {
  test('is there after the end too, until it was undone', async () => {
    const done = { ...doneAct, leaf: 'raise-maxmemory' };
    const run = fakeRun({ phase: 'finished', outcome: 'resolved', acts: [done] });
    const { press, pressSeen, top } = openDesk({ run });
    await press('r');
    await pressSeen('u');
    expect(run.calls).toContain('planUndo');
    expect(top()?.kind).toBe('confirm');
    await press('escape');
    const undone = act({ intent: 'intent-2', state: 'done', undoOf: 'intent-1' });
    run.become({ acts: [done, undone] });
    run.calls.length = 0;
    await press('u');
    expect(run.calls).toEqual([]);
  });

  test('is refused with the reason of the leaf where there is none', async () => {
    const run = fakeRun({ acts: [doneAct] });
    const { press, session } = openDesk({ run });
    await press('r', 'u');
    expect(run.calls).not.toContain('planUndo');
    expect(session().toast?.text).toContain('a restart cannot be taken back');
  });

  test('a message that was sent is nothing to undo', async () => {
    const sent = act({ state: 'done', action: 'notify.send' });
    const run = fakeRun({ acts: [sent] });
    const { press, session } = openDesk({ run });
    await press('r', 'u');
    expect(session().toast?.text).toContain('nothing to undo');
  });
});

describe('the limit on changes', () => {
  const words = '3 changes in the last 10m; the policy allows 3';

  test('is passed with a reason, which goes with the change; keys typed ahead do not', async () => {
    const run = fakeRun();
    run.answers.plan = plan({ overLimit: { words, breakGlass: true } });
    const { press, pressSeen, clock } = openDesk({ run });
    await press('r');
    await pressSeen('enter');
    await press('enter', ...'all users', 'enter', 'y');
    expect(run.calls.filter((call) => call.startsWith('confirm'))).toEqual([]);
    await clock.advance(300);
    await press('y');
    expect(run.calls).toContain('confirm restart-redis all users');
  });

  test('that no reason passes leaves nothing to press', async () => {
    const run = fakeRun();
    run.answers.plan = plan({ overLimit: { words, breakGlass: false } });
    const { press, pressSeen, top } = openDesk({ run });
    await press('r');
    await pressSeen('enter', 'y');
    expect(top()?.kind).toBe('confirm');
    await press('escape');
    expect(top()).toBeNull();
    expect(run.calls.filter((call) => call.startsWith('confirm'))).toEqual([]);
  });

  test('what is reversible and seen still asks when the limit is reached', async () => {
    const run = fakeRun();
    run.answers.plan = plan({ risk: 'reversible', overLimit: { words, breakGlass: true } });
    const { press, top } = openDesk({ run });
    await press('r', 'enter');
    expect(top()?.kind).toBe('confirm');
  });
});

describe('the picker', () => {
  test('an own key opens at once; after / it is text', async () => {
    const { press, ports, top } = openDesk({ board: alarmedBoard });
    await press('R', '/', 'l');
    expect(top()).toMatchObject({ kind: 'pick', text: 'l', typing: true });
    expect(ports.opened).toEqual([]);
    await press('a', 't', 'e', 'enter');
    expect(ports.opened).toEqual(['falcon/high-latency']);
  });

  test('a letter that is nobody’s key begins the search; j and k move before that', async () => {
    const { press, ports, top } = openDesk();
    await press('R', 'j');
    expect(top()).toMatchObject({ chosen: 1, typing: false });
    await press('i', 'g', 'h');
    expect(top()).toMatchObject({ text: 'igh', typing: true });
    await press('enter');
    expect(ports.opened).toEqual(['falcon/high-latency']);
  });

  test('what fits now comes first, with what was diagnosed', async () => {
    const { press, top } = openDesk();
    await press('R');
    expect(top()).toMatchObject({
      items: [
        { value: 'falcon/redis-down', detail: expect.stringContaining('3 of 3 checks agree') },
        { value: 'falcon/high-latency' },
      ],
    });
  });
});
