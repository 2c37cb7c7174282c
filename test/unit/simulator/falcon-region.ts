import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { onTestFinished } from 'vitest';
import { createHost, type Host } from '../../../src/simulator/host/host.ts';
import { callTool } from '../../../src/simulator/shims/tools.ts';
import { breakIt } from '../../../src/simulator/systems/break-it.ts';
import { falcon } from '../../../src/simulator/systems/falcon.ts';
import { falconRareFaults } from '../../../src/simulator/systems/falcon-rare-faults.ts';
import { grow } from '../../../src/simulator/systems/grow.ts';
import type { Fault } from '../../../src/simulator/world/fault.ts';

const AT = Date.UTC(2026, 10, 22, 12);
const STEP_MS = 500;

/** Falcon that lives, in a folder of its own; its time goes by while somebody waits for something of it. */
export async function falconRegion() {
  const folder = await mkdtemp(join(tmpdir(), 'opsconsole-falcon-'));
  const grown = await grow({ ...falcon, upMs: 60_000 }, { folder, seed: 3, until: () => AT });
  let now = AT;
  const real = createHost({ ...grown, real: () => now });
  const host: Host = {
    ...real,
    async until(wanted) {
      while (!wanted(real.world())) now += STEP_MS;
    },
  };
  onTestFinished(async () => {
    real.close();
    await rm(folder, { recursive: true, force: true });
  });
  return {
    host,
    /** @param more what the fault is given beside what it says */
    async breaks(id: string, more: Pick<Fault, 'files'> = {}) {
      const fault = falconRareFaults.find((one) => one.id === id);
      if (fault === undefined) throw new Error(`there is no fault ${id}`);
      await breakIt(host, folder, { ...fault, ...more });
    },
    async tool(...words: readonly string[]) {
      const told: string[] = [];
      const say = (line: string) => void told.push(line);
      const caller = { out: say, err: say, signal: new AbortController().signal };
      const box = { host, root: folder, scripts: {} };
      return { code: await callTool(box, words, folder, caller), told };
    },
  };
}
