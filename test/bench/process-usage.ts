import { readdirSync, readFileSync } from 'node:fs';

/** Clock ticks a second in /proc (proc(5)): 100 on every Linux this runs on. */
const TICKS_PER_SECOND = 100;

function read(path: string): string {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return '';
  }
}

function childrenOf(pid: number): number[] {
  let threads: string[] = [];
  try {
    threads = readdirSync(`/proc/${pid}/task`);
  } catch {
    return [];
  }
  return threads
    .flatMap((thread) => read(`/proc/${pid}/task/${thread}/children`).trim().split(' '))
    .filter((child) => child !== '')
    .map(Number);
}

/** A process and all that came of it and still runs. */
const treeOf = (pid: number): number[] => [pid, ...childrenOf(pid).flatMap(treeOf)];

/** User and system time of one process, of the children it has waited for too; seconds. */
function ownCpuSeconds(pid: number): number {
  const stat = read(`/proc/${pid}/stat`);
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
  const ticks = fields.slice(11, 15).reduce((sum, field) => sum + Number(field), 0);
  return ticks / TICKS_PER_SECOND;
}

/** Processor time that a process and its children have used, seconds (proc(5), stat, fields 14 to 17). */
export const cpuSeconds = (pid: number): number =>
  treeOf(pid).reduce((sum, each) => sum + ownCpuSeconds(each), 0);

/** Resident memory of a process and its children, bytes. */
export function residentBytes(pid: number): number {
  const own = (each: number) =>
    Number(/VmRSS:\s+(\d+) kB/.exec(read(`/proc/${each}/status`))?.[1] ?? 0) * 1024;
  return treeOf(pid).reduce((sum, each) => sum + own(each), 0);
}

/**
 * The process below another one whose command line has this in it.
 *
 * @throws Error when there is none
 */
export function processBelow(pid: number, word: string): number {
  const found = treeOf(pid).find((each) => read(`/proc/${each}/cmdline`).includes(word));
  if (found === undefined) throw new Error(`no process below ${pid} has ${word} in its command`);
  return found;
}

/** Processor time that was used on the whole machine since it started, seconds. */
export function machineCpuSeconds(): number {
  const [, user, nice, system, , , irq, softirq, steal] = read('/proc/stat')
    .split(/\s+/, 9)
    .map(Number);
  const parts = [user, nice, system, irq, softirq, steal];
  return parts.reduce<number>((sum, part) => sum + (part ?? 0), 0) / TICKS_PER_SECOND;
}

/**
 * The process id of the dockerd that listens at a socket.
 *
 * @throws Error when there is none
 */
export function enginePid(socketPath: string): number {
  const found = readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .find((pid) => {
      const [program = '', ...args] = read(`/proc/${pid}/cmdline`).split('\0');
      return /(^|\/)dockerd$/.test(program) && args.some((arg) => arg.endsWith(socketPath));
    });
  if (found === undefined) throw new Error(`no dockerd listens at ${socketPath}`);
  return Number(found);
}
