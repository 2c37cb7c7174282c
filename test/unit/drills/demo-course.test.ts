import { describe, expect, it, onTestFinished } from 'vitest';
import { createStore } from 'zustand/vanilla';
import { FIRST_TIP, runCourse } from '../../../bin/demo-course.ts';
import type { BoardState } from '../../../src/console/ports.ts';
import { courseOf, demonstrable } from '../../../src/drills/course.ts';
import { loadDrills } from '../../../src/drills/load.ts';
import type { LiveState } from '../../../src/live/state.ts';
import { healthy, redisDead } from '../../fixtures/live.ts';
import { alarmedBoard, incident, quietBoard, runState, suggestion } from '../../fixtures/run.ts';
import { createFakeClock } from '../../harness/fake-clock.ts';
import { falconPack } from '../runbooks/falcon.ts';

const { drills } = loadDrills([falconPack()]);
const CALM: LiveState = { ...healthy, alerts: [] };
const MINUTE_MS = 60_000;

/** A demo on a region that breaks when it is told to, and is well again when the test says so. */
function demo({ shows = true } = {}) {
  const clock = createFakeClock();
  const live = createStore<LiveState>(() => CALM);
  const board = createStore<BoardState>(() => ({ ...quietBoard, tip: FIRST_TIP }));
  const broken: string[] = [];
  const mended: string[] = [];
  const well = () => {
    live.setState(CALM, true);
    board.setState({ ...quietBoard });
  };
  const parts = {
    clock,
    drills: courseOf(demonstrable(drills, 'falcon'), 1),
    ready: Promise.resolve(),
    async breaks(fault: string) {
      broken.push(fault);
      if (!shows) return;
      live.setState(redisDead, true);
      board.setState({ suggestions: [suggestion], incidents: [] });
    },
    async mend({ id }: { readonly id: string }) {
      mended.push(id);
      well();
    },
  };
  const leaving = new AbortController();
  const course = runCourse({ live, board }, parts, leaving.signal);
  course.catch(() => undefined);
  onTestFinished(() => leaving.abort());
  return { clock, live, board, broken, mended, well, tip: () => board.getState().tip };
}

describe('the course of a demo', () => {
  it('lets all be well for a while, then breaks one thing', async () => {
    const { broken, clock, tip } = demo();
    await clock.advance(20_000);
    expect(broken).toEqual([]);
    await clock.advance(10_000);
    expect(broken).toEqual(['redis-killed']);
    expect(tip()?.alarmed).toMatch(/^Something broke\. r opens/);
  });

  it('lets the next thing break a while after that was mended, and says so', async () => {
    const { broken, clock, tip, well } = demo();
    await clock.advance(30_000);
    well();
    await clock.advance(25_000);
    expect(tip()?.calm).toMatch(/^All is well again\. Something of another kind/);
    expect(broken).toHaveLength(1);
    await clock.advance(MINUTE_MS);
    expect(broken).toHaveLength(2);
    expect(new Set(broken).size).toBe(2);
    expect(tip()?.alarmed).toMatch(/^Something else broke/);
  });

  it('breaks nothing more while somebody works, however long that takes', async () => {
    const { board, broken, clock, mended } = demo();
    await clock.advance(30_000);
    const run = runState({ phase: 'leaf' });
    board.setState({ ...alarmedBoard, incidents: [{ ...incident, run }] });
    await clock.advance(60 * MINUTE_MS);
    expect([broken.length, mended]).toEqual([1, []]);
  });

  it('breaks nothing more while an alert is left of it, and does not mend what no runbook fits', async () => {
    const { board, broken, clock, mended } = demo();
    await clock.advance(30_000);
    board.setState({ suggestions: [] });
    await clock.advance(60 * MINUTE_MS);
    expect([broken.length, mended]).toEqual([1, []]);
  });

  it('mends it where nobody comes, and goes on', async () => {
    const { broken, clock, mended } = demo();
    await clock.advance(9 * MINUTE_MS);
    expect(mended).toEqual([]);
    await clock.advance(2 * MINUTE_MS);
    expect(mended).toEqual(['falcon/redis-killed']);
    await clock.advance(2 * MINUTE_MS);
    expect(broken).toHaveLength(2);
  });

  it('takes what is well for a moment for something that was mended', async () => {
    const { board, broken, clock, live } = demo({ shows: false });
    await clock.advance(2 * MINUTE_MS);
    board.setState({ suggestions: [suggestion] });
    live.setState(redisDead, true);
    await clock.advance(3 * MINUTE_MS);
    expect(broken).toHaveLength(1);
  });

  it('waits no longer for a fault that nothing shows', async () => {
    const { broken, clock } = demo({ shows: false });
    await clock.advance(5 * MINUTE_MS);
    expect(broken.length).toBeGreaterThan(1);
  });
});
