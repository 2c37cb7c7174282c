import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it, onTestFinished } from 'vitest';
import { createOtherRegions } from '../../../src/composition/other-regions.ts';
import { createRegion } from '../../../src/composition/region.ts';
import type { Surroundings } from '../../../src/composition/surroundings.ts';
import { systemClock } from '../../../src/domain/clock.ts';
import { standing } from '../../fixtures/regions.ts';
import { eventually } from '../../harness/eventually.ts';
import { silentEngine } from '../../harness/silent-engine.ts';
import { configFile } from '../config/files.ts';

const log = { file: null, info: () => undefined, error: () => undefined };

/** What region `us` of a configuration sees of the others. */
async function othersOf(text: string) {
  // Each region's journal and log lie in it.
  const home = mkdtempSync(join(tmpdir(), 'opsconsole-others-'));
  onTestFinished(() => rmSync(home, { recursive: true, force: true }));
  const machine: Surroundings = {
    env: { XDG_CONFIG_HOME: join(home, 'absent') },
    login: 'ann',
    home,
    cwd: home,
    uid: 1000,
    clock: systemClock,
    random: () => 0,
    newId: () => 'id',
    packageRoot: join(import.meta.dirname, '../../..'),
    spawnDetached: () => undefined,
  };
  const options = {
    region: 'us',
    system: null,
    project: null,
    config: configFile(text),
    state: null,
    packs: null,
    readOnly: false,
  };
  const core = createRegion(machine, options, log);
  const others = createOtherRegions(core, machine, options, log);
  onTestFinished(async () => {
    await Promise.all([core.close(), others.close()]);
  });
  await core.configuration();
  return { core, others };
}

const { signal } = new AbortController();

it('a command without a screen asks the other regions itself, and waits for what they say', async () => {
  const { others } = await othersOf(`regions:
  us: { docker: 'unix:///nowhere/us.sock', system: falcon, host: false }
  eu: { docker: 'unix:///nowhere/eu.sock', system: falcon, host: false }
  in: { docker: '${await silentEngine()}', system: nosuch, host: false }
`);
  expect(await others.names()).toEqual(['us', 'eu', 'in']);
  const known = async () => {
    const standings = await others.standings(signal);
    return standings.every(({ current, reach }) => current || reach === 'lost') ? standings : null;
  };
  // A machine that is busy may take longer than a runbook waits.
  const [us, eu, india] = await eventually(known, { what: 'both to be lost', timeoutMs: 40_000 });
  expect(us).toMatchObject({ name: 'us', current: true });
  expect(eu).toMatchObject({ name: 'eu', current: false, reach: 'lost' });
  expect(eu?.error?.message).toMatch(/eu\.sock/);
  expect(india).toMatchObject({
    reach: 'lost',
    error: { message: expect.stringMatching(/nosuch/) },
  });
}, 60_000);

it('what the screen shows of them is what a runbook reads', async () => {
  const { core, others } = await othersOf(
    `regions: { us: { docker: 'unix:///nowhere/us.sock' }, eu: { docker: 'unix:///nowhere/eu.sock' } }`,
  );
  const eu = standing('eu');
  core.live.record('regions', 'regions', [eu], systemClock.now());
  core.live.flush();
  expect(await others.standings(signal)).toEqual([eu]);
});
