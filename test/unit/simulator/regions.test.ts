import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it, onTestFinished } from 'vitest';
import { forbidden } from '../../../src/actions/policy.ts';
import { writeRegions } from '../../../src/simulator/regions.ts';
import { falcon } from '../../../src/simulator/systems/falcon.ts';
import { planOf } from '../config/files.ts';

it('lets no process of this host be ended but one that a fault has started', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'opsconsole-regions-'));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  await writeRegions(folder, [{ name: 'demo', folder, description: falcon }], null, ['agent']);
  const regions = readFileSync(join(folder, 'regions.json'), 'utf8');
  const { forbid } = planOf(`regions: ${regions}\n`);
  const isForbidden = (name: string) =>
    forbidden(
      { readOnly: false, maxRisk: 'destructive', forbid },
      {
        ...{ action: 'host.end-process', region: 'demo', risk: 'disruptive' },
        targets: [{ kind: 'process', name }],
      },
    ) !== null;
  expect([isForbidden('4711 agent'), isForbidden('4711 postgres')]).toEqual([false, true]);
});
