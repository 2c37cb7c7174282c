import { subscribe } from 'node:diagnostics_channel';
import { createTraffic, type Line } from '../src/drills/traffic.ts';

/** What of this process takes time of the machine's. */
export interface MachineWork {
  /** Something happened since this was last asked. */
  readonly moved: boolean;
  /** Something is waited for: an answer, a file, a name, a program. */
  readonly waits: boolean;
}

/** What a file or a name that is waited for looks like among what holds a process. */
const WAITED_FOR = /^(?:FSReq|GetAddrInfo)/;

/**
 * Watches every connection that this process opens from now on.
 * @param standingBy programs that it has started and does not wait for
 */
export function watchMachineWork(standingBy: number): () => MachineWork {
  const traffic = createTraffic();
  subscribe('net.client.socket', (message) => traffic.watch((message as { socket: Line }).socket));
  return () => {
    const { asks, moved } = traffic.look();
    const held = process.getActiveResourcesInfo();
    const programs = held.filter((name) => name === 'ProcessWrap').length;
    const waits = asks || programs > standingBy || held.some((name) => WAITED_FOR.test(name));
    return { moved, waits };
  };
}
