import type { Container } from '../container.ts';
import { around, hex } from '../random.ts';
import { expireSome } from '../redis/database.ts';
import { type RedisProcess, startedRedis, usedBytes } from '../redis/state.ts';
import { log, type World } from '../world.ts';
import type { Program } from './program.ts';

const OVERHEAD_BYTES = 8 * 1024 * 1024;

function start(world: World, container: Container): RedisProcess {
  const born = {
    at: world.now,
    readyAt: world.now + around(world, 300, 0.1),
    runId: hex(world, 40),
    pid: 1,
  };
  const said = (words: string) => `1:M ${new Date(world.now).toISOString()} * ${words}`;
  log(world, container, said('Redis version=7.2.4, bits=64, commit=00000000, pid=1, just started'));
  log(world, container, said('Server initialized'));
  log(world, container, said('Ready to accept connections tcp'));
  return startedRedis(container.command, born);
}

export const redis: Program<RedisProcess> = {
  start,
  tick(world, container, process) {
    expireSome(process, world.now, world);
    for (const { service, clients, commandMs } of world.burdens) {
      if (service !== container.service || clients === 0) continue;
      container.cpuMs += Math.min(1, clients * commandMs) * 90;
    }
  },
  end(world, container) {
    const at = new Date(world.now).toISOString();
    log(world, container, `1:signal-handler (${at}) Received SIGTERM scheduling shutdown...`);
    log(world, container, `1:M ${at} # Redis is now ready to exit, bye bye...`);
  },
  bytes: (_world, process) => Math.round(usedBytes(process) * 1.08) + OVERHEAD_BYTES,
  pids: () => 6,
};
