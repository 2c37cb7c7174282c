import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { onTestFinished } from 'vitest';
import { composeCommand } from '../../../src/simulator/compose/command.ts';
import { createHost } from '../../../src/simulator/host/host.ts';
import { callTool } from '../../../src/simulator/shims/tools.ts';
import { breakIt } from '../../../src/simulator/systems/break-it.ts';
import { grow } from '../../../src/simulator/systems/grow.ts';
import { filesIn } from '../../../src/simulator/systems/project-folder.ts';
import { saasguard } from '../../../src/simulator/systems/saasguard.ts';
import { saasguardFaults } from '../../../src/simulator/systems/saasguard-faults.ts';
import { ofService } from '../../../src/simulator/world/world.ts';

const AT = Date.UTC(2026, 10, 22, 12);
const STEP_MS = 500;

/** SaaSGuard as it is when all is well, in a folder of its own, and what may be done with it. */
export async function saasguardRegion() {
  const folder = await mkdtemp(join(tmpdir(), 'opsconsole-saasguard-'));
  const system = { ...saasguard, upMs: 60_000 };
  const grown = await grow(system, { folder, seed: 3, until: () => AT });
  let now = AT;
  const real = createHost({ ...grown, real: () => now });
  // Who waits for something of the world moves it.
  const host: typeof real = {
    ...real,
    async until(wanted, signal) {
      while (!wanted(real.world())) {
        signal.throwIfAborted();
        now += STEP_MS;
      }
    },
  };
  onTestFinished(async () => {
    real.close();
    await rm(folder, { recursive: true, force: true });
  });
  const { signal } = new AbortController();
  const look = async () => host.change({ kind: 'files', files: await filesIn(folder) });
  return {
    host,
    folder,
    later(seconds: number) {
      now += seconds * 1000;
      return host.world();
    },
    async breaks(id: string) {
      const fault = saasguardFaults.find((one) => one.id === id);
      if (fault === undefined) throw new Error(`there is no fault ${id}`);
      await breakIt(host, folder, fault);
    },
    /** Calls a tool of the private PATH. */
    async tool(...words: readonly string[]) {
      const told: string[] = [];
      const say = (line: string) => void told.push(line);
      await look();
      const caller = { out: say, err: say, signal };
      const code = await callTool({ host, root: '', scripts: {} }, words, folder, caller);
      await look();
      return { code, told };
    },
    async compose(...words: readonly string[]) {
      const told: string[] = [];
      const say = (line: string) => void told.push(line);
      const code = await composeCommand(host, { words, folder }, { out: say, err: say, signal });
      return { code, told };
    },
    /** Asks the api. */
    ask(
      path: string,
      more: { method?: string; body?: string; headers?: Record<string, string> } = {},
    ) {
      const [api] = ofService(host.world(), 'api');
      const { body = '', headers = {}, method = 'GET' } = more;
      const request = { method, path, headers, body, port: 8000, inside: false };
      const { http } = host.change({ kind: 'http', container: api?.id ?? '', request });
      return http === null
        ? null
        : { ...http, json: JSON.parse(http.body) as Record<string, unknown> };
    },
  };
}
