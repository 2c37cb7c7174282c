import type { Host } from '../host/host.ts';
import type { Toolbox } from '../shims/tool.ts';
import { callTool } from '../shims/tools.ts';
import { filesIn } from '../systems/project-folder.ts';
import type { Fault } from '../world/fault.ts';
import type { World } from '../world/world.ts';
import type { AdminWork } from './server.ts';

/** What the simulator's own protocol works on. */
export interface AdminContext {
  readonly host: Host;
  /** The project's folder. */
  readonly folder: string;
  readonly faults: readonly Fault[];
  /** The simulator's own folder. */
  readonly root: string;
  /** Scripts of the project that tools may run. */
  readonly scripts: Toolbox['scripts'];
  /** Lets one of them happen. */
  breaks(fault: Fault): Promise<void>;
  /** Ends the simulator. */
  stop(): void;
}

function breakersOf(world: World) {
  return [...world.containers.values()].flatMap(({ name, process }) => {
    if (process?.kind !== 'falcon-worker') return [];
    const { redis, postgres } = process.breakers;
    return [{ worker: name, redis: redis.state, postgres: postgres.state }];
  });
}

function summary({ clock, world }: Host) {
  const now = world();
  return {
    now: new Date(clock.outside(now.now)).toISOString(),
    factor: clock.factor,
    requests: now.requests,
    containers: [...now.containers.values()].map(({ name, state, exitCode, health }) => ({
      name,
      state,
      exitCode,
      health: health?.status ?? null,
    })),
    breakers: breakersOf(now),
  };
}

/** The fault of a name. @throws Error naming those there are */
export function faultOf(faults: readonly Fault[], id: string): Fault {
  const found = faults.find((fault) => fault.id === id);
  if (found !== undefined) return found;
  throw new Error(`there is no fault ${id}; there is ${faults.map((one) => one.id).join(', ')}`);
}

/** What is done of what is asked on the simulator's own socket. */
export function adminWork({
  host,
  folder,
  faults,
  root,
  scripts,
  breaks,
  stop,
}: AdminContext): AdminWork {
  return async (request, tell, signal) => {
    switch (request.ask) {
      case 'fault':
        await breaks(faultOf(faults, request.id));
        return 0;
      case 'faults':
        tell({ faults: faults.map(({ id, title }) => ({ id, title })) });
        return 0;
      case 'state':
        tell({ state: summary(host) });
        return 0;
      case 'clock':
        host.clock.setFactor(request.factor);
        return 0;
      case 'stop':
        stop();
        return 0;
      case 'tool': {
        // Somebody may have changed a file meanwhile.
        host.change({ kind: 'files', files: await filesIn(folder) });
        const out = (line: string) => tell({ out: line });
        const err = (line: string) => tell({ err: line });
        const code = await callTool({ host, root, scripts }, request.words, request.folder, {
          out,
          err,
          signal,
        });
        host.change({ kind: 'files', files: await filesIn(folder) });
        return code;
      }
    }
  };
}
