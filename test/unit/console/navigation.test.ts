import { describe, expect, test } from 'vitest';
import { rowIds } from '../../../src/console/table.ts';
import { containersTable } from '../../../src/console/tables/containers.ts';
import type { LiveState } from '../../../src/live/state.ts';
import { healthy, redisDead } from '../../fixtures/live.ts';
import { alarmedBoard, fakeRun, incident, quietBoard, runState } from '../../fixtures/run.ts';
import { openDesk } from './desk.ts';

const containerIds = (live: LiveState) => rowIds(containersTable, live, { filter: '', sort: null });

describe('moving about', () => {
  test('digits choose a panel, Enter opens it, Esc goes back', async () => {
    const { press, session } = openDesk();
    await press('2', 'enter');
    expect(session()).toMatchObject({ focus: 'metrics', screen: 'panel' });
    await press('escape');
    expect(session().screen).toBe('overview');
  });

  test('the selection is an identity: it stays with its container when the order changes', async () => {
    const { press, session, ports } = openDesk({ live: healthy });
    await press('j', 'j');
    const chosen = session().selection.containers;
    expect(chosen).toBe(containerIds(healthy)[1]);
    ports.live.setState(redisDead);
    expect(session().selection.containers).toBe(chosen);
    const place = containerIds(redisDead).indexOf(chosen ?? '');
    expect(place).toBe(2);
    await press('j');
    expect(session().selection.containers).toBe(containerIds(redisDead)[3]);
  });

  test('g and G, pages and the ends of a list', async () => {
    const { press, session } = openDesk({ live: healthy });
    const ids = containerIds(healthy);
    await press('G');
    expect(session().selection.containers).toBe(ids.at(-1));
    await press('j', 'g', 'k');
    expect(session().selection.containers).toBe(ids[0]);
    await press('pagedown');
    expect(session().selection.containers).toBe(ids.at(-1));
  });

  test('a filter works as it is typed; Enter keeps it, Esc brings the old one back', async () => {
    const { press, session } = openDesk();
    await press('/', 'r', 'e', 'd');
    expect(session().filter.containers).toBe('red');
    await press('enter', '/', 'x', 'escape');
    expect(session()).toMatchObject({ filter: { containers: 'red' }, overlays: [] });
    await press('escape');
    expect(session().filter.containers).toBe('');
  });

  test('z keeps what the panels showed until it is pressed again', async () => {
    const { press, session, ports } = openDesk({ live: healthy });
    await press('z');
    ports.live.setState(redisDead);
    expect(session().frozen?.live).toBe(healthy);
    await press('z');
    expect(session().frozen).toBeNull();
  });

  test('a key that cannot be used says why, for a while', async () => {
    const { press, session, clock } = openDesk({ board: quietBoard });
    await press('r');
    expect(session().toast?.text).toContain('no runbook is recommended');
    await clock.advance(5000);
    expect(session().toast).toBeNull();
  });

  test('Ctrl-C leaves when pressed twice within two seconds, from under a dialog too', async () => {
    const { press, pressSeen, clock, session } = openDesk();
    await press('ctrl+c');
    await clock.advance(2001);
    await press('ctrl+c');
    expect(session().leaving).toBe(false);
    await clock.advance(2001);
    await press('r');
    await pressSeen('enter');
    await press('ctrl+c', 'ctrl+c');
    expect(session().leaving).toBe(true);
  });

  test('q leaves at once when nothing is under way', async () => {
    const { press, session } = openDesk({ board: quietBoard });
    await press('q');
    expect(session().leaving).toBe(true);
  });

  test('i shows the timeline and Esc leads back to the wizard', async () => {
    const { press, session } = openDesk();
    await press('r', 'i');
    expect(session()).toMatchObject({ screen: 'incident', incident: 'INC-42' });
    await press('escape');
    expect(session().screen).toBe('wizard');
  });
});

describe('a run on the screen', () => {
  test('r opens the recommended runbook; the plan of its leaf is read at once', async () => {
    const { press, session, ports, run } = openDesk();
    await press('r');
    expect(ports.opened).toEqual(['falcon/redis-down']);
    expect(session()).toMatchObject({
      screen: 'wizard',
      run: { preview: { node: 'restart-redis', plan: { command: expect.any(String) } } },
    });
    expect(run.calls).toEqual(['plan']);
  });

  test('Esc leaves the run where it stands and r returns to it without opening another', async () => {
    const { press, session, ports, run } = openDesk();
    await press('r', 'escape');
    expect(session().screen).toBe('overview');
    expect(run.calls).not.toContain('close');
    await press('r');
    expect(session().screen).toBe('wizard');
    expect(ports.opened).toHaveLength(1);
  });

  test('a run in the middle of a change comes before a better suggestion', async () => {
    const busy = {
      ...incident,
      run: runState({ runbook: 'falcon/high-latency', phase: 'verifying' }),
    };
    const { press, ports } = openDesk({ board: { ...alarmedBoard, incidents: [busy] } });
    await press('r');
    expect(ports.opened).toEqual(['falcon/high-latency']);
  });

  test('a finished run is let go when its wizard is left', async () => {
    const { press, session, run } = openDesk();
    await press('r');
    run.become({ phase: 'finished', outcome: 'resolved', verified: true });
    await press('escape');
    expect(session().run).toBeNull();
    expect(run.calls).toContain('close');
    expect(run.listeners()).toBe(0);
  });

  test('the screen follows the run', async () => {
    const { press, session, run } = openDesk();
    await press('r');
    run.become({ phase: 'acting' });
    expect(session().run?.state.phase).toBe('acting');
    run.followedBy = { holder: 'eva (pid 7)' };
    run.become({});
    expect(session().run?.holder).toBe('eva (pid 7)');
  });

  test('evidence is read again every ten seconds while someone looks, not behind his back', async () => {
    const { press, clock, run } = openDesk();
    await press('r');
    await clock.advance(10_000);
    expect(run.calls).toEqual(['plan', 'reread']);
    await press('escape');
    await clock.advance(30_000);
    expect(run.calls).toEqual(['plan', 'reread']);
    await press('r');
    run.become({ phase: 'acting' });
    await clock.advance(30_000);
    expect(run.calls).toEqual(['plan', 'reread']);
  });

  test('a plan that was refused is asked for again with the evidence', async () => {
    const run = fakeRun();
    const good = run.answers.plan;
    run.answers.plan = { refused: 'docker does not answer', mend: null };
    const { press, session, clock } = openDesk({ run });
    await press('r');
    expect(session().run?.preview?.plan).toHaveProperty('refused');
    run.answers.plan = good;
    await clock.advance(10_000);
    expect(session().run?.preview?.plan).toHaveProperty('command');
  });

  test('stuck: Enter goes on as the runbook says, o offers to try again', async () => {
    const { press, console, run, top } = openDesk({ start: { phase: 'stuck' } });
    await press('r', 'enter');
    expect(run.calls).toContain('proceed');
    await press('o');
    expect(top()).toMatchObject({
      items: [{ value: 'escalate' }, { value: 'restart-redis' }, { value: 'memory' }],
    });
    console.choose('restart-redis');
  });

  test('closing the console gives up the run and leaves no timer', async () => {
    const { press, console, clock, run, idle } = openDesk();
    await press('r', '?', 'ctrl+c');
    console.close();
    expect(run.calls).toContain('close');
    expect(run.listeners()).toBe(0);
    expect(clock.pending()).toBe(0);
    expect(idle.busy()).toBe(false);
  });
});
