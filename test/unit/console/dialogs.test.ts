import { describe, expect, test } from 'vitest';
import { alarmedBoard, fakeRun, incident, plan, runState } from '../../fixtures/run.ts';
import { openDesk } from './desk.ts';

describe('the confirmation dialog', () => {
  test('Enter opens it, y confirms exactly the plan it shows', async () => {
    const { press, pressSeen, run, top } = openDesk();
    await press('r');
    await pressSeen('enter');
    expect(top()).toMatchObject({ kind: 'confirm', armed: true, plan: { leaf: 'restart-redis' } });
    expect(run.calls).not.toContain('confirm restart-redis');
    await press('y');
    expect(run.calls).toContain('confirm restart-redis');
    expect(top()).toBeNull();
  });

  test('keys typed before it was on the screen for 300 ms never reach it', async () => {
    const { press, clock, run, top } = openDesk();
    await press('r', 'enter', 'y', 'enter', 'escape');
    expect(top()?.kind).toBe('confirm');
    await clock.advance(299);
    await press('y');
    expect(run.calls).not.toContain('confirm restart-redis');
    await clock.advance(1);
    await press('y');
    expect(run.calls).toContain('confirm restart-redis');
  });

  test('the 300 ms begin when it is painted, not when it is opened', async () => {
    const { console, clock, press, run, top } = openDesk();
    await press('r');
    console.key({ kind: 'key', key: 'enter', burst: false });
    await clock.advance(5000);
    console.key({ kind: 'key', key: 'y', burst: false });
    await clock.settle();
    expect(top()).toMatchObject({ kind: 'confirm', armed: false });
    expect(run.calls).not.toContain('confirm restart-redis');
  });

  test.each(['enter', 'escape'])('%s leaves it, nothing is done', async (key) => {
    const { press, pressSeen, run, top } = openDesk();
    await press('r');
    await pressSeen('enter');
    await press(key);
    expect(top()).toBeNull();
    expect(run.calls.filter((call) => call.startsWith('confirm'))).toEqual([]);
  });

  test('a paste and a burst never confirm', async () => {
    const { console, press, pressSeen, clock, run, top } = openDesk();
    await press('r');
    await pressSeen('enter');
    console.key({ kind: 'paste', text: 'y' });
    console.key({ kind: 'key', key: 'y', burst: true });
    await clock.settle();
    expect(top()).toMatchObject({ kind: 'confirm', problem: expect.stringContaining('Pasted') });
    expect(run.calls.filter((call) => call.startsWith('confirm'))).toEqual([]);
  });

  test('a refusal stands in its place, and the run where it was', async () => {
    const { press, pressSeen, run, top, session } = openDesk();
    run.answers.confirm = {
      refused: 'falcon-redis is another container now',
      mend: 'look again before you act',
    };
    await press('r');
    await pressSeen('enter');
    await press('y');
    expect(top()).toMatchObject({ refused: { refused: 'falcon-redis is another container now' } });
    await press('escape');
    expect(top()).toBeNull();
    expect(session()).toMatchObject({ screen: 'wizard', run: { state: { phase: 'leaf' } } });
  });

  test('a plan that is refused becomes a message with what to do', async () => {
    const { press, run, top } = openDesk();
    await press('r');
    run.answers.plan = { refused: 'no container is bound to redis', mend: 'bind the role' };
    await press('enter');
    expect(top()).toMatchObject({ kind: 'message', text: expect.stringContaining('no container') });
  });

  test('a destructive one wants the name, typed, not pasted', async () => {
    const { console, press, pressSeen, run, top } = openDesk();
    await press('r');
    run.answers.plan = plan({ risk: 'destructive', typedName: 'redis' });
    await pressSeen('enter');
    console.key({ kind: 'paste', text: 'redis' });
    await press('enter');
    expect(top()).toMatchObject({ typed: '', problem: expect.stringContaining('redis') });
    await press('y', 'backspace', ...'redis', 'enter');
    expect(run.calls).toContain('confirm restart-redis redis');
  });

  test('what is reversible needs no dialog once its targets were seen', async () => {
    const reversible = plan({ risk: 'reversible' });
    const { press, pressSeen, run, top } = openDesk();
    run.answers.plan = reversible;
    await pressSeen('r');
    await press('enter');
    expect(run.calls).toEqual(['plan', 'plan', 'confirm restart-redis']);
    expect(top()).toBeNull();
  });

  test('what is reversible asks when Enter was typed ahead of it', async () => {
    const { clock, press, run, top } = openDesk();
    run.answers.plan = plan({ risk: 'reversible' });
    await press('r');
    await clock.advance(299);
    await press('enter');
    expect(top()).toMatchObject({ kind: 'confirm', armed: false });
    await press('enter', 'enter', 'y');
    expect(run.calls.filter((call) => call.startsWith('confirm'))).toEqual([]);
  });

  test('takes no key while the terminal is too small to show it, and is seen anew after', async () => {
    const { clock, console, press, pressSeen, run, top } = openDesk();
    await press('r');
    await pressSeen('enter');
    console.resize(20, 5);
    await press('y', 'escape', 'y');
    await clock.advance(1000);
    expect(top()).toMatchObject({ kind: 'confirm', armed: false, working: false });
    console.resize(80, 24);
    console.painted();
    await press('y');
    expect(run.calls).not.toContain('confirm restart-redis');
    await clock.advance(300);
    await press('y');
    expect(run.calls).toContain('confirm restart-redis');
  });

  test('what is reversible asks when its targets are not those that were shown', async () => {
    const { press, pressSeen, run, top } = openDesk();
    run.answers.plan = plan({ risk: 'reversible' });
    await pressSeen('r');
    run.answers.plan = plan({
      risk: 'reversible',
      command: 'docker compose -p other restart redis',
    });
    await press('enter');
    expect(top()?.kind).toBe('confirm');
    expect(run.calls.filter((call) => call.startsWith('confirm'))).toEqual([]);
  });

  test('its dialog goes as soon as the action has begun', async () => {
    const { press, pressSeen, run, top } = openDesk();
    await press('r');
    await pressSeen('enter');
    run.confirm = () => new Promise(() => {});
    await press('y');
    expect(top()).toMatchObject({ working: true });
    run.become({ phase: 'acting' });
    expect(top()).toBeNull();
  });
});

describe('other dialogs', () => {
  test('a reason is asked before a step is skipped, and must say something', async () => {
    const { press, run, top } = openDesk({ start: { phase: 'deciding', current: 'memory' } });
    await press('r', 's', 'enter');
    expect(top()).toMatchObject({ kind: 'text', problem: expect.stringContaining('few words') });
    await press(...'known', 'enter');
    expect(run.calls).toContain('skip known');
  });

  test('a paste is text in a field, on one line', async () => {
    const { console, press, run } = openDesk();
    await press('r', 'n');
    console.key({ kind: 'paste', text: 'first\nsecond\u001b[31m' });
    await press('enter');
    expect(run.calls).toContain('note first second');
  });

  test('S asks how the run ends, and does not take a key typed ahead', async () => {
    const { console, press, clock, run } = openDesk();
    await press('r', 'S');
    console.choose('stopped');
    expect(run.calls).not.toContain('stop stopped');
    await clock.advance(300);
    console.choose('handed-over');
    await clock.settle();
    expect(run.calls).toContain('stop handed-over');
  });

  test('E asks first', async () => {
    const { console, press, pressSeen, clock, run } = openDesk();
    await press('r');
    await pressSeen('E');
    expect(run.calls).not.toContain('escalate');
    console.choose('escalate');
    await clock.settle();
    expect(run.calls).toContain('escalate');
  });

  test('R d opens the runbook with that key, however fast', async () => {
    const { press, ports } = openDesk();
    await press('R', 'l');
    expect(ports.opened).toEqual(['falcon/high-latency']);
  });

  test('q on the overview asks while a run is open', async () => {
    const running = { ...incident, run: runState() };
    const { press, pressSeen, session, top } = openDesk({
      board: { ...alarmedBoard, incidents: [running] },
    });
    await pressSeen('q');
    expect(top()?.kind).toBe('leave');
    expect(session().leaving).toBe(false);
    await press('y');
    expect(session().leaving).toBe(true);
  });

  test('a run that cannot be opened is told, with what to do', async () => {
    const { press, top, session } = openDesk({
      run: { refused: 'the journal cannot be written', mend: 'free space' } as never,
    });
    await press('r');
    expect(top()).toMatchObject({ kind: 'message', mend: 'free space' });
    expect(session().screen).toBe('overview');
  });

  test('an error thrown on the way is told too', async () => {
    const run = fakeRun();
    run.back = () => Promise.reject(new Error('disk full'));
    const { press, top } = openDesk({ run, start: {} });
    await press('r', 'b');
    expect(top()).toMatchObject({ kind: 'message', text: 'disk full' });
  });
});
