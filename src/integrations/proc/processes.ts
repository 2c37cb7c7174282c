import { readdir, readFile, readlink } from 'node:fs/promises';
import { redactText } from '../../domain/redact.ts';
import { sanitizeLine } from '../../domain/sanitize.ts';

const MAX_COMMAND_LENGTH = 300;

/** A process of this host. */
export interface HostProcess {
  readonly pid: number;
  readonly parent: number;
  /** Its name as the kernel has it. */
  readonly name: string;
  /** Its arguments, safe to show; its name in brackets where it has none. */
  readonly command: string;
  /** The kernel's letter: R, S, D, T, Z… */
  readonly state: string;
  /** Clock ticks since the host started: with the pid, who it is. */
  readonly startedTicks: string;
  readonly uid: number;
  /** Id of the container it runs in; null outside of one, and where this cannot be told. */
  readonly container: string | null;
}

const text = (pid: number, name: string) => readFile(`/proc/${pid}/${name}`, 'utf8');

/** The fields of `/proc/PID/stat`; the name is in brackets and may hold anything. */
export function decodeStatLine(line: string) {
  const open = line.indexOf('(');
  const close = line.lastIndexOf(')');
  const [state = '', parent = '0', ...rest] = line.slice(close + 2).split(' ');
  return {
    name: line.slice(open + 1, close),
    state,
    parent: Number(parent),
    startedTicks: rest[17] ?? '',
  };
}

/** The id of a container in a cgroup path, of either version and any engine. */
export function containerIn(cgroup: string): string | null {
  return /(?:^|[/:-])([0-9a-f]{64})(?:\.scope)?(?:$|\/|\n)/m.exec(cgroup)?.[1] ?? null;
}

function commandOf(raw: string, name: string): string {
  const words = raw.split('\0').filter((word) => word !== '');
  const line = words.length === 0 ? `[${name}]` : words.join(' ');
  return redactText(sanitizeLine(line)).slice(0, MAX_COMMAND_LENGTH);
}

/** A process as it is now; null when there is none, or it only waits to be buried. */
export async function processOf(pid: number): Promise<HostProcess | null> {
  let stat: ReturnType<typeof decodeStatLine>;
  try {
    stat = decodeStatLine(await text(pid, 'stat'));
  } catch {
    return null;
  }
  if (stat.state === 'Z' || stat.state === 'X') return null;
  const status = await text(pid, 'status').catch(() => '');
  const name = sanitizeLine(stat.name);
  return {
    pid,
    parent: stat.parent,
    name,
    command: commandOf(await text(pid, 'cmdline').catch(() => ''), name),
    state: stat.state,
    startedTicks: stat.startedTicks,
    uid: Number(/^Uid:\s+(\d+)/m.exec(status)?.[1] ?? -1),
    container: containerIn(await text(pid, 'cgroup').catch(() => '')),
  };
}

/** What tells this start of the host from all others. */
export async function bootId(): Promise<string> {
  return (await readFile('/proc/sys/kernel/random/boot_id', 'utf8').catch(() => '')).trim();
}

/**
 * Which processes hold which of these sockets.
 * @returns the pids by socket, and whether some processes would not show what they hold
 */
export async function holdersOf(inodes: ReadonlySet<string>, signal: AbortSignal) {
  const holders = new Map<string, Set<number>>();
  let hidden = false;
  const pids = (await readdir('/proc')).filter((name) => /^\d+$/.test(name));
  for (const pid of pids) {
    signal.throwIfAborted();
    let names: readonly string[];
    try {
      names = await readdir(`/proc/${pid}/fd`);
    } catch (thrown) {
      const code = (thrown as NodeJS.ErrnoException).code;
      if (code === 'EACCES' || code === 'EPERM') hidden = true;
      continue;
    }
    for (const name of names) {
      const target = await readlink(`/proc/${pid}/fd/${name}`).catch(() => '');
      const inode = /^socket:\[(\d+)\]$/.exec(target)?.[1];
      if (inode === undefined || !inodes.has(inode)) continue;
      const known = holders.get(inode) ?? new Set();
      holders.set(inode, known.add(Number(pid)));
    }
  }
  return { holders, hidden };
}
