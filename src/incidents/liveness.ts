import { readFileSync } from 'node:fs';
import { hostname } from 'node:os';
import type { ProcessIdentity } from '../domain/process.ts';

/** Field 22 of /proc/PID/stat, counted after the command's closing bracket (proc(5)). */
const START_TIME_FIELD = 19;

function startedAt(pid: number): string | null {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
    const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
    if (fields[0] === 'Z' || fields[0] === 'X') return null;
    const boot = readFileSync('/proc/sys/kernel/random/boot_id', 'utf8').trim();
    return `${boot}:${fields[START_TIME_FIELD] ?? ''}`;
  } catch {
    return null;
  }
}

/** This process, named so that another that later gets its pid is not taken for it. */
export function thisProcess(): ProcessIdentity {
  return { host: hostname(), pid: process.pid, startedAt: startedAt(process.pid) ?? '' };
}

/** Whether an identity is this very process. */
export function isThisProcess(identity: ProcessIdentity | null): boolean {
  const me = thisProcess();
  return identity !== null && identity.pid === me.pid && identity.startedAt === me.startedAt;
}

/**
 * Whether a process still runs. A process of another host counts as running: only its own host can
 * tell otherwise.
 */
export function isAlive(identity: ProcessIdentity): boolean {
  if (identity.host !== hostname()) return true;
  return startedAt(identity.pid) === identity.startedAt;
}
