import { createHook } from 'node:async_hooks';
import type { ChildProcess } from 'node:child_process';
import { subscribe } from 'node:diagnostics_channel';
import { Socket } from 'node:net';
import { createTraffic, type Traffic } from '../src/drills/traffic.ts';
import { isAtWork } from './at-work.ts';

/** What of this process takes time of the machine's. */
export interface MachineWork {
  /** Something happened since this was last asked. */
  readonly moved: boolean;
  /** Something is worked on: a file is read, something is computed, a program computes. */
  readonly works: boolean;
  /** Something is waited for: an answer, a name, a program. */
  readonly waits: boolean;
}

/** What is worked on looks like among what holds a process: files, and the next part of something long. */
const WORKED_ON = /^(?:FSReq|Immediate)/;
/** A name that the system looks up. */
const LOOKED_UP = /^GetAddrInfo/;
/** What holds no process, though it is worked on or waited for: what threads compute, and questions for names. */
const COMPUTED = /^(?:PBKDF2|HASH|HMAC|SIGN|CIPHER)REQUEST$/;
const ASKED_FOR = 'QUERYWRAP';

/** What no list of Node's tells of. */
function watchUnlisted(): () => { readonly computed: boolean; readonly asked: boolean } {
  const computed = new Set<number>();
  const asked = new Set<number>();
  const over = (id: number) => {
    computed.delete(id);
    asked.delete(id);
  };
  // Promises would cost a call each; its types do not know yet that they can be left out.
  const options = {
    trackPromises: false,
    init(id: number, type: string) {
      if (type === ASKED_FOR) asked.add(id);
      else if (COMPUTED.test(type)) computed.add(id);
    },
    before: over,
    destroy: over,
  };
  createHook(options).enable();
  return () => ({ computed: computed.size > 0, asked: asked.size > 0 });
}

/**
 * Watches what every client of this process does: of Node's own channel only those tell that call its `connect`,
 * which those of Postgres and of TLS do not.
 */
function watchSockets(traffic: Traffic): void {
  const { connect, _write, _writev } = Socket.prototype;
  const say = (write: typeof _write | typeof _writev) =>
    function (this: Socket, ...args: readonly unknown[]): void {
      traffic.said(this);
      if (write !== undefined) Reflect.apply(write, this, args);
    };
  Object.assign(Socket.prototype, {
    connect(this: Socket, ...args: readonly unknown[]) {
      traffic.watch(this);
      return Reflect.apply(connect, this, args);
    },
    _write: say(_write),
    _writev: say(_writev),
  });
}

/** Watches every connection that this process opens, and every program that it starts, from now on. */
export function watchMachineWork(): () => MachineWork {
  const traffic = createTraffic();
  const programs = new Set<ChildProcess>();
  watchSockets(traffic);
  subscribe('child_process', (message) => {
    const { process: program } = message as { process: ChildProcess };
    programs.add(program);
    for (const end of ['close', 'error'] as const)
      program.once(end, () => programs.delete(program));
  });
  const unlisted = watchUnlisted();
  return () => {
    const { asks, moved } = traffic.look();
    const { asked, computed } = unlisted();
    const held = process.getActiveResourcesInfo();
    const atWork = [...programs].some(({ pid }) => pid !== undefined && isAtWork(pid));
    const works = computed || atWork || held.some((name) => WORKED_ON.test(name));
    const named = asked || held.some((name) => LOOKED_UP.test(name));
    return { moved, works, waits: asks || named || programs.size > 0 };
  };
}
