import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, onTestFinished, test } from 'vitest';
import { runIntent } from '../../../src/actions/runner.ts';
import type { Plan, RunController } from '../../../src/engine/controller.ts';
import type { RunState } from '../../../src/engine/state.ts';
import { canMountMemory, smallDisk } from '../host/small-disk.ts';
import { fillings, openTank, type Tank } from './tank.ts';

/** A tank whose journal lies on a real disk of its own, small enough to be filled. */
async function tankOnSmallDisk(intents: string[]): Promise<{ tank: Tank; state: string }> {
  const folder = mkdtempSync(join(tmpdir(), 'opsconsole-unwritable-'));
  const state = join(folder, 'state');
  mkdirSync(state);
  const disk = await smallDisk(state, '1m');
  onTestFinished(() => {
    disk.end();
    rmSync(folder, { recursive: true, force: true });
  });
  const tank = openTank({ folder, state, startRunner: (intent) => intents.push(intent) });
  onTestFinished(() => tank.journal.close());
  return { tank, state };
}

function fillDisk(state: string): void {
  for (const size of [65_536, 4096, 512, 1]) {
    try {
      for (;;) writeFileSync(join(state, 'filler'), 'x'.repeat(size), { flag: 'a' });
    } catch {
      // Not one piece of this size more.
    }
  }
}

function until(run: RunController, holds: (state: RunState) => boolean): Promise<void> {
  return new Promise((resolve) => {
    const look = () => {
      if (holds(run.state())) resolve();
    };
    run.subscribe(look);
    look();
  });
}

async function atLeaf(tank: Tank): Promise<RunController> {
  const run = tank.open();
  onTestFinished(() => run.close());
  await until(run, ({ phase }) => phase === 'leaf');
  return run;
}

async function planned(run: RunController): Promise<Plan> {
  const plan = await run.plan();
  if ('refused' in plan) throw new Error(plan.refused);
  return plan;
}

describe.skipIf(!canMountMemory())('a disk that takes nothing more (asks for ROOT)', () => {
  test('a change is refused before it is made, in words; with room again it is made', async () => {
    const intents: string[] = [];
    const { tank, state } = await tankOnSmallDisk(intents);
    const run = await atLeaf(tank);
    const plan = await planned(run);
    const before = tank.journal.events({}).length;
    fillDisk(state);
    const refusal = await run.confirm(plan);
    expect(refusal?.refused).toMatch(
      /^Nothing was changed\. The journal .* cannot be written: .*full/,
    );
    expect(refusal?.mend).toContain('free space');
    expect(intents).toEqual([]);
    expect(run.state().phase).toBe('leaf');
    rmSync(join(state, 'filler'));
    expect(tank.journal.verify()).toMatchObject({ intact: true, events: before });
    expect(await run.confirm(plan)).toBeNull();
    expect(intents).toHaveLength(1);
  });

  test('a runner that cannot write that it begins does not begin', async () => {
    const intents: string[] = [];
    const { tank, state } = await tankOnSmallDisk(intents);
    const run = await atLeaf(tank);
    expect(await run.confirm(await planned(run))).toBeNull();
    run.close();
    fillDisk(state);
    await expect(runIntent(tank.context, tank.policy, intents[0] ?? '')).rejects.toThrow(/full/);
    expect(fillings(tank.folder)).toBe(0);
    rmSync(join(state, 'filler'));
    const types = tank.journal.events({}).map(({ type }) => type);
    expect(types).not.toContain('action-started');
    expect(tank.journal.verify().intact).toBe(true);
  });

  test('a state folder that is read-only: no run is opened, and the words say what to mend', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'opsconsole-unwritable-'));
    const state = join(folder, 'state');
    mkdirSync(state);
    const disk = await smallDisk(state, '1m');
    onTestFinished(() => {
      disk.end();
      rmSync(folder, { recursive: true, force: true });
    });
    execFileSync('mount', ['-o', 'remount,ro', state]);
    expect(() => openTank({ folder, state })).toThrow(
      expect.objectContaining({
        message: expect.stringContaining('cannot be written'),
        mend: expect.stringContaining('--state'),
      }),
    );
    expect(readdirSync(state)).toEqual([]);
    expect(fillings(folder)).toBe(0);
  });
});
