import { describe, expect, it, onTestFinished } from 'vitest';
import { incidentOf, prepareReplay } from '../../../src/composition/replay.ts';
import { createConsole } from '../../../src/console/console.ts';
import { createIdleCounter } from '../../../src/console/idle.ts';
import { event, type JournalEvent, type NewEvent } from '../../../src/incidents/events.ts';
import { sampleOf } from '../../../src/incidents/recording/encode.ts';
import type { TakenSample } from '../../../src/incidents/recording/store.ts';
import { createHistory } from '../../../src/live/history.ts';
import { containers } from '../../../src/live/selectors.ts';
import { healthy, historyOf, NOW, redisDead } from '../../fixtures/live.ts';
import { createFakeClock } from '../../harness/fake-clock.ts';
import { BROKEN_AT, entered, finished, started, written } from '../drills/incident-events.ts';
import { loaded, realCatalogue } from '../runbooks/falcon.ts';

const RUNBOOK = 'falcon/redis-down';
const library = { catalogue: realCatalogue, ...loaded };
const redisDown = library.packs
  .flatMap(({ runbooks }) => runbooks)
  .find(({ id }) => id === RUNBOOK);

/** What the panels showed so many seconds after the fault. */
function taken(afterSeconds: number, ...args: Parameters<typeof sampleOf>): TakenSample {
  const sample = sampleOf(...args);
  if (sample === null) throw new Error('nothing has changed');
  return { at: BROKEN_AT + afterSeconds * 1000, sample };
}

const opened = event('incident-opened', {
  title: 'Redis down',
  severity: 'P1',
  alerts: [],
  alertedAt: null,
});
const begun: NewEvent = {
  ...started(RUNBOOK),
  body: { runbook: RUNBOOK, title: 'Redis down', text: redisDown?.text ?? '', inputs: {} },
} as NewEvent;

/** An incident of two minutes, with what the panels showed at its begin and its end. */
const incident: readonly JournalEvent[] = written(
  [0, null, opened],
  [0, 'a', begun],
  [0, 'a', entered('container')],
  [20, 'a', entered('restart-redis')],
  [90, 'a', finished('resolved', 'restart-redis', true)],
  [90, null, event('incident-closed', { state: 'resolved' })],
);

const recorded: readonly TakenSample[] = [
  taken(1, redisDead, null, historyOf(redisDead), NOW),
  taken(60, healthy, redisDead, createHistory(), NOW),
];

/** The replay of an incident, by a clock that a test moves. */
function replay(speed = 1, events = incident, samples = recorded) {
  const clock = createFakeClock();
  const found = incidentOf(events);
  if (found === null) throw new Error('there is no incident');
  const prepared = prepareReplay({ events, samples, incident: found, library, clock, speed });
  onTestFinished(prepared.close);
  const { ports } = prepared;
  const at = () => (ports.clock.now() - BROKEN_AT) / 1000;
  return { clock, ports, at, steer: prepared.player };
}

const up = ({ ports }: ReturnType<typeof replay>) =>
  containers(ports.live.getState()).filter(({ state }) => state === 'running').length;

describe('a replay', () => {
  it('begins with what the panels showed, and plays what they showed then', async () => {
    const shown = replay();
    expect(shown.at()).toBe(1);
    const all = containers(healthy).length;
    expect([up(shown), shown.ports.live.getState().alerts.length]).toEqual([all - 1, 3]);
    await shown.clock.advance(60_000);
    expect([up(shown), shown.ports.live.getState().alerts.length]).toEqual([all, 0]);
    expect(shown.ports.history.points('signal:p95').length).toBeGreaterThan(10);
  });

  it('goes so many times as fast, and stops at its end', async () => {
    const { at, clock, steer } = replay(10);
    await clock.advance(3000);
    expect(at()).toBeCloseTo(31, 0);
    await clock.advance(60_000);
    expect([at(), steer.state.getState().ended]).toEqual([90, true]);
    steer.toggle();
    expect([at(), steer.state.getState().paused]).toEqual([1, false]);
  });

  it('stands still while it is stopped, and keeps its place when its speed changes', async () => {
    const { at, clock, steer } = replay();
    await clock.advance(10_000);
    steer.toggle();
    await clock.advance(60_000);
    expect(at()).toBeCloseTo(11, 0);
    steer.pace(1);
    expect(steer.state.getState().speed).toBe(2);
    steer.toggle();
    await clock.advance(10_000);
    expect(at()).toBeCloseTo(31, 0);
    for (let slower = 0; slower < 20; slower += 1) steer.pace(-1);
    expect(steer.state.getState().speed).toBe(1);
  });

  it('goes from entry to entry, both ways, and shows the panels of each', () => {
    const shown = replay();
    const { at, steer } = shown;
    steer.toggle();
    const all = containers(healthy).length;
    expect([steer.step(1), at()]).toEqual([true, 20]);
    expect([steer.step(1), at(), up(shown)]).toEqual([true, 90, all]);
    expect(steer.step(1)).toBe(false);
    expect([steer.step(-1), at(), up(shown)]).toEqual([true, 20, all - 1]);
    expect([steer.step(-1), at()]).toEqual([true, 1]);
    expect(steer.step(-1)).toBe(false);
  });

  it('shows the run as it stood, and refuses to do anything in it', async () => {
    const { clock, ports, steer } = replay();
    const run = await ports.openRun(RUNBOOK);
    if ('refused' in run) throw new Error(run.refused);
    expect([run.state().current, run.follower()?.holder]).toEqual(['container', 'the record']);
    await clock.advance(30_000);
    expect(run.state()).toMatchObject({ current: 'restart-redis', phase: 'leaf' });
    expect(await run.plan()).toMatchObject({ refused: expect.stringContaining('replay') });
    expect(await run.proceed()).toMatchObject({ refused: expect.stringContaining('replay') });
    await clock.advance(90_000);
    expect(run.state()).toMatchObject({ phase: 'finished', outcome: 'resolved' });
    steer.step(-1);
    expect(run.state().phase).toBe('leaf');
  });

  it('tells of a run from when it was begun on, and of no runbook that was not opened', async () => {
    const { ports } = replay();
    expect(ports.board.getState().incidents[0]?.run?.current).toBe('container');
    expect(ports.timeline('INC-1')).toHaveLength(3);
    expect(await ports.openRun('falcon/health')).toMatchObject({
      refused: expect.stringContaining('was not opened in INC-1'),
    });
  });

  it('shows nothing where nothing was recorded', async () => {
    const { at, clock, ports } = replay(1, incident, []);
    expect(at()).toBe(0);
    await clock.advance(60_000);
    expect(ports.live.getState()).toMatchObject({ facts: {}, signals: {}, alerts: [] });
    expect(ports.mends?.containers).toBe('not recorded in this incident');
  });

  it('says of what was recorded long before that it is old', async () => {
    const idle = written([0, null, opened], [900, null, event('note', { text: 'still here' })]);
    const { clock, ports } = replay(10, idle, recorded.slice(0, 1));
    const statuses = () => Object.values(ports.live.getState().sources).map(({ status }) => status);
    expect(statuses()).toContain('live');
    await clock.advance(60_000);
    expect(statuses()).not.toContain('live');
  });

  it('is steered by its keys on every screen, and is left without a question', async () => {
    const { at, clock, ports, steer } = replay();
    const console = createConsole(ports, { idle: createIdleCounter() });
    onTestFinished(console.close);
    const press = async (key: string) => {
      console.key({ kind: 'key', key, burst: false });
      await clock.settle();
    };
    await press(' ');
    expect(steer.state.getState().paused).toBe(true);
    await press('r');
    expect(console.session.getState().screen).toBe('wizard');
    await press('right');
    expect(at()).toBe(20);
    await press('[');
    expect(at()).toBe(1);
    await press('left');
    expect(console.session.getState().toast?.text).toContain('begins here');
    await press('+');
    expect(steer.state.getState().speed).toBe(2);
    for (const key of ['enter', 'n', 'T', 'b', 'E', '1']) {
      await press(key);
      expect(console.session.getState().toast?.text).toContain('nothing is done in it');
    }
    expect(console.session.getState().overlays).toEqual([]);
    await press('escape');
    await press('l');
    expect(console.session.getState().toast?.text).toContain('none were recorded');
    await press('x');
    expect(console.session.getState().toast?.text).toContain('nothing can be done');
    await press('q');
    expect(console.session.getState().leaving).toBe(true);
  });
});
