import { assembleCatalogue } from '../../src/composition/catalogue.ts';
import { systemClock } from '../../src/domain/clock.ts';
import type { EngineContext } from '../../src/engine/context.ts';
import type { ActionContext } from '../../src/integrations/contract.ts';
import { connectDocker } from '../../src/integrations/docker/client.ts';
import { connectRedis } from '../../src/integrations/redis/client.ts';
import { loadPacks } from '../../src/runbooks/loader.ts';
import type { Stack } from '../stack/stack.ts';

const roles: Readonly<Record<string, readonly [string, ...string[]]>> = {
  worker: ['worker-1', 'worker-2', 'worker-3'],
  gateway: ['nginx'],
};
const servicesOf = (role: string) => roles[role] ?? ([role] as const);

/** Everything the engine walks a runbook of Falcon with, over the real services of a stack. */
export function falconRegion(stack: Stack, signals: Readonly<Record<string, unknown>>) {
  const docker = connectDocker({ host: stack.dockerHost, timeoutMs: 10_000 });
  const { password, username, pathname } = new URL(stack.postgresUrl);
  const catalogue = assembleCatalogue({
    docker: () => docker,
    redis: (address) => connectRedis(address),
    postgres: () => [
      {
        source: 'postgres',
        at: { service: 'postgres', port: 5432 },
        database: pathname.slice(1),
        user: username,
        tls: 'off',
        timeoutMs: 5000,
        password: () => password,
      },
    ],
    prometheus: () => null,
    files: { isLocal: () => true, projectFolder: async () => stack.projectDir },
    shell: { env: process.env, folder: async () => stack.projectDir },
    host: { isLocal: () => true },
    channels: () => [],
    outside: () => null,
    regions: { names: async () => ['falcon'], standings: async () => [] },
  });
  const reach = (signal: AbortSignal): ActionContext => ({
    clock: systemClock,
    signal,
    bind: (role) => {
      const services = servicesOf(role);
      return { role, project: stack.project, service: services[0], services };
    },
    async address(role, port) {
      const url = new URL(await stack.containerUrl(servicesOf(role)[0], port));
      return { host: url.hostname, port, via: `container of ${role}` };
    },
    output: () => undefined,
    live: { signals: () => signals, series: () => [] },
  });
  const context = {
    clock: systemClock,
    region: { name: 'local' },
    catalogue,
    signals: () => signals,
    reach,
  } as unknown as EngineContext;
  const { packs } = loadPacks([new URL('../../runbooks', import.meta.url).pathname], catalogue);
  const runbook = (id: string) => {
    const found = packs.flatMap((pack) => pack.runbooks).find((one) => one.id === id);
    if (found === undefined) throw new Error(`no runbook ${id}`);
    return found;
  };
  return { context, runbook, close: () => docker.close() };
}
