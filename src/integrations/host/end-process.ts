import * as z from 'zod';
import { type Clock, wait } from '../../domain/clock.ts';
import { OperatorError } from '../../domain/operator-error.ts';
import type { FrozenTarget } from '../../domain/target.ts';
import type { Action, ActionContext } from '../contract.ts';
import { defineAction } from '../contract.ts';
import { bootId, type HostProcess, processOf } from '../proc/processes.ts';
import { type HostAccess, onlyHere } from './here.ts';

const TIMEOUT_MS = 60_000;
const LOOK_EVERY_MS = 50;
/** What the kernel takes to end a process that was killed. */
const KILLED_WITHIN_MS = 5000;
const MAX_GRACE_SECONDS = 30;
const SHORT_ID_LENGTH = 12;
/** Parent of the kernel's own threads. */
const KTHREADD = 2;

const input = z.strictObject({
  pid: z.coerce.number().int().min(2).max(4_194_304),
  graceSeconds: z.coerce
    .number()
    .int()
    .min(0)
    .max(MAX_GRACE_SECONDS)
    .default(10)
    .describe('How long it may take to end by itself before it is killed.'),
});

/** Who must not be ended from here: the kernel's, init, this program and those it runs under. */
async function refuse(found: HostProcess): Promise<void> {
  const words = async () => {
    if (found.pid === KTHREADD || found.parent === KTHREADD) return 'is a thread of the kernel';
    for (let pid = process.pid; pid > 1; ) {
      if (pid === found.pid) return 'is this program, or one it runs under';
      pid = (await processOf(pid))?.parent ?? 0;
    }
    return null;
  };
  const why = await words();
  if (why === null) return;
  throw new OperatorError(
    'denied',
    `Process ${found.pid} (${found.name}) ${why}`,
    'leave it running',
  );
}

async function targetOf(pid: number): Promise<FrozenTarget> {
  const found = await processOf(pid);
  if (found === null) {
    throw new OperatorError('missing', `There is no process ${pid}`, 'look who it is now');
  }
  await refuse(found);
  const where =
    found.container === null ? '' : `, in container ${found.container.slice(0, SHORT_ID_LENGTH)}`;
  return {
    kind: 'process',
    name: `${pid} ${found.name}`,
    shortId: String(pid),
    detail: `user ${found.uid}${where}: ${found.command}`,
    identity: { pid: String(pid), started: found.startedTicks, boot: await bootId() },
  };
}

/** Whether it is still the very process that was shown. */
async function lives({ identity }: FrozenTarget): Promise<boolean> {
  if (identity['boot'] !== (await bootId())) return false;
  const now = await processOf(Number(identity['pid']));
  return now !== null && now.startedTicks === identity['started'];
}

/** @returns false when there was nobody left to signal */
function send(pid: number, signal: NodeJS.Signals): boolean {
  try {
    process.kill(pid, signal);
    return true;
  } catch (thrown) {
    if ((thrown as NodeJS.ErrnoException).code === 'ESRCH') return false;
    const message = `Process ${pid} may not be ended by this user`;
    throw new OperatorError('denied', message, 'run opsconsole as its user or as root', thrown);
  }
}

async function goneWithin(target: FrozenTarget, ms: number, clock: Clock, signal: AbortSignal) {
  const until = clock.now() + ms;
  for (;;) {
    if (!(await lives(target))) return true;
    if (clock.now() >= until) return false;
    await wait(clock, LOOK_EVERY_MS, signal);
  }
}

async function end(target: FrozenTarget, graceSeconds: number, context: ActionContext) {
  const { clock, signal } = context;
  const pid = Number(target.identity['pid']);
  if (!(await lives(target))) {
    const message = `Process ${pid} is not the one that was shown any more: nothing was ended`;
    throw new OperatorError('failed', message, 'look at it again, then decide anew');
  }
  context.output(`TERM to ${target.name}, which has ${graceSeconds} s…`);
  send(pid, 'SIGTERM');
  if (await goneWithin(target, graceSeconds * 1000, clock, signal)) return { signal: 'TERM' };
  context.output('it still runs: KILL…');
  send(pid, 'SIGKILL');
  if (await goneWithin(target, KILLED_WITHIN_MS, clock, signal)) return { signal: 'KILL' };
  const message = `Process ${pid} was killed, and is still there`;
  throw new OperatorError(
    'failed',
    message,
    'it waits for a disk or a file server: see the kernel log',
  );
}

/**
 * `host.end-process`: ends one process of this host: TERM, and KILL when its grace is over. Exactly the
 * process that was shown: one that took its pid since is left alone.
 */
export function endProcessAction(host: HostAccess): Action {
  return defineAction({
    id: 'host.end-process',
    title: 'End a process on this host',
    risk: 'disruptive',
    input,
    output: z.object({ signal: z.enum(['TERM', 'KILL']) }),
    undo: {
      kind: 'irreversible',
      why: 'a process that was ended has to be started by whoever did',
    },
    timeoutMs: TIMEOUT_MS,
    async preview({ graceSeconds, pid }) {
      onlyHere(host);
      const target = await targetOf(pid);
      const contained = target.detail.includes('in container');
      return {
        targets: [target],
        command: `kill ${pid}`,
        notes: [
          `killed after ${graceSeconds} s if it does not end by itself`,
          ...(contained ? ['it runs in a container, whose restart policy may start it again'] : []),
        ],
        details: [target.detail],
        before: {},
      };
    },
    async run({ graceSeconds }, targets, context) {
      onlyHere(host);
      const [target] = targets;
      if (target === undefined) throw new OperatorError('failed', 'There is no process to end');
      const ended = await end(target, graceSeconds, context);
      context.output(`${target.name} has ended`);
      return ended;
    },
    async settle(_values, targets) {
      const [target] = targets;
      const name = target?.name ?? 'the process';
      return target !== undefined && (await lives(target))
        ? { state: 'not-done', because: `${name} still runs` }
        : { state: 'done', because: `${name} is gone` };
    },
  });
}
