import { describe, expect, test } from 'vitest';
import { fakeRun } from '../../fixtures/run.ts';
import { runsAt } from '../../fixtures/wizard.ts';
import { openDesk } from './desk.ts';

/** A console with a run at its proof, and another runbook opened from there by its place in the list. */
async function leaveForAnother(phase: 'verifying' | 'leaf') {
  const proving = fakeRun({ id: 'proving', phase });
  const other = runsAt.gather();
  const desk = openDesk({ run: proving, runbooks: [proving.runbook, other.runbook] });
  const byId = new Map([
    [proving.runbook.id, proving],
    [other.runbook.id, other],
  ]);
  const opened: string[] = [];
  desk.ports.openRun = async (id) => {
    opened.push(id);
    return byId.get(id) ?? { refused: `no ${id}`, mend: null };
  };
  await desk.press('r');
  expect(desk.session().run?.controller).toBe(proving);
  await desk.press('escape', 'R', '/', ...other.runbook.title.toLowerCase(), 'enter');
  expect(desk.session().run?.controller).toBe(other);
  return { ...desk, proving, other, opened };
}

describe('another runbook opened while a proof is under way', () => {
  test('the proof goes on, and its run is closed when it has ended', async () => {
    const { proving, clock } = await leaveForAnother('verifying');
    expect(proving.calls).not.toContain('close');
    proving.become({ phase: 'finished', outcome: 'resolved' });
    await clock.advance(0);
    expect(proving.calls).toContain('close');
    expect(proving.listeners()).toBe(0);
  });

  test('coming back shows the run that went on, not one opened anew', async () => {
    const { proving, press, session, opened } = await leaveForAnother('verifying');
    await press('escape', 'R', '/', ...proving.runbook.title.toLowerCase(), 'enter');
    expect(session().run?.controller).toBe(proving);
    expect(opened.filter((id) => id === proving.runbook.id)).toHaveLength(1);
    expect(proving.calls).not.toContain('close');
  });

  test('leaving the console closes it', async () => {
    const { proving, console } = await leaveForAnother('verifying');
    console.close();
    expect(proving.calls).toContain('close');
  });

  test('a run that waits for the operator is closed at once', async () => {
    const { proving } = await leaveForAnother('leaf');
    expect(proving.calls).toContain('close');
  });
});
