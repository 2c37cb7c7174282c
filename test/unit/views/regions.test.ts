import { afterEach, describe, expect, test } from 'vitest';
import { createConsole } from '../../../src/console/console.ts';
import { createIdleCounter } from '../../../src/console/idle.ts';
import { full } from '../../fixtures/full.ts';
import { NOW } from '../../fixtures/live.ts';
import { withRegions } from '../../fixtures/regions.ts';
import { fakePorts, fakeRun, quietBoard } from '../../fixtures/run.ts';
import { createFakeClock } from '../../harness/fake-clock.ts';
import { openStage, type Stage } from './stage.ts';

const open: Stage[] = [];
afterEach(async () => {
  for (const stage of open.splice(0)) await stage.close();
});

async function show(size: readonly [number, number]) {
  const clock = createFakeClock(NOW);
  const make = (live: typeof full) => fakePorts({ clock, live, board: quietBoard, run: fakeRun() });
  const stage = await openStage(make(withRegions(full)), ...size);
  open.push(stage);
  return { stage, make };
}

const sizes = [
  [80, 24],
  [120, 40],
] as const;

describe.each(sizes)('regions at %i×%i', (...size) => {
  test('have a line on the overview that tells which needs somebody', async () => {
    const { stage } = await show(size);
    const text = stage.text();
    expect(text).toMatch(/0 REGIONS {2}2 of 3 alive/);
    expect(text).toMatch(/✖ in-mumbai {2}lost 2m/);
    expect(text).toMatch(/✖ eu-fsn {2}HighErrorRate 4m/);
    expect(stage.lines()).toHaveLength(size[1]);
  });

  test('are a table on the whole screen, and have a screen of their own', async () => {
    const { stage } = await show(size);
    await stage.press(':', ...'regions', 'Enter');
    expect(stage.text()).toMatch(/us-ashburn {2}here +alive +none/);
    expect(stage.text()).toMatch(/in-mumbai +lost 2m\S* +Docker engine at ssh:\/\/ops@in/);
    expect(stage.text()).toMatch(/⏎ go there/);
    await stage.press('g', 'j', 'd');
    const text = stage.text();
    expect(text).toMatch(/no answer +Docker engine at ssh/);
    expect(text).toMatch(/to do +see whether its host is up/);
  });
});

test('another region is drawn in the place of the first, and has the keys', async () => {
  const { stage, make } = await show([80, 24]);
  await stage.press('2', 'Enter');
  const ports = make({ ...full, region: { name: 'eu-fsn', system: 'falcon' } });
  const console = createConsole(ports, { idle: createIdleCounter() });
  stage.rendered.show({ console, ports });
  stage.input.write('1');
  await stage.settle();
  expect(stage.lines()[0]).toMatch(/^ eu-fsn {2}falcon/);
  expect(stage.text()).toMatch(/1 CONTAINERS/);
  expect(console.session.getState()).toMatchObject({ columns: 80, rows: 24, focus: 'containers' });
  console.close();
});
