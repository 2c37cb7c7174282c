import { readdirSync, readFileSync, rmdirSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { eventually } from '../harness/eventually.ts';
import type { StackNetwork } from './network.ts';
import { run } from './run.ts';

const containerId = /[0-9a-f]{64}/;

function pids(): number[] {
  return readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .map(Number);
}

function read(path: string): string {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return '';
  }
}

function inodeOf(path: string): number | null {
  try {
    return statSync(path).ino;
  } catch {
    return null;
  }
}

/** Ids of the containers an engine with this data folder knows. */
export function containerIds(dataRoot: string): Set<string> {
  try {
    return new Set(readdirSync(join(dataRoot, 'containers')).filter((id) => containerId.test(id)));
  } catch {
    return new Set();
  }
}

/**
 * Process ids that belong to the engine of a state folder and to nobody else: whatever runs in its
 * network namespace (dockerd, containerd, shims, proxies), in the cgroups of its containers, and
 * the proxy that shows a port of the namespace to the host.
 */
function ownProcesses(dataRoot: string, network: StackNetwork): number[] {
  const namespace = inodeOf(network.path);
  const ids = containerIds(dataRoot);
  return pids().filter((pid) => {
    if (namespace !== null && inodeOf(`/proc/${pid}/ns/net`) === namespace) return true;
    const command = commandOf(pid);
    if (/^\S*docker-proxy /.test(command) && command.includes(` ${network.address} `)) return true;
    const id = containerId.exec(read(`/proc/${pid}/cgroup`))?.[0];
    return id !== undefined && ids.has(id);
  });
}

/** True while a process with this id exists and is no zombie. */
export function isAlive(pid: number): boolean {
  const stat = read(`/proc/${pid}/stat`);
  return stat !== '' && stat.slice(stat.lastIndexOf(')') + 2, stat.lastIndexOf(')') + 3) !== 'Z';
}

/** The command line of a process, empty when it is gone. */
export function commandOf(pid: number): string {
  return read(`/proc/${pid}/cmdline`).replaceAll('\0', ' ');
}

/** Sends a signal; a process that is gone is no error. */
export function signal(pid: number, name: NodeJS.Signals): void {
  try {
    process.kill(pid, name);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ESRCH') throw error;
  }
}

/** Kills every own process, by id, until none is left. */
export async function killOwnProcesses(dataRoot: string, network: StackNetwork): Promise<void> {
  await eventually(
    () => {
      const left = ownProcesses(dataRoot, network).filter(isAlive);
      for (const pid of left) {
        signal(pid, 'SIGKILL');
        signal(pid, 'SIGCONT');
      }
      return left.length === 0;
    },
    { what: `the processes of ${dataRoot} to end`, timeoutMs: 15_000, everyMs: 50 },
  );
}

/** Unmounts everything below a folder, deepest first. */
export async function unmountBelow(dir: string): Promise<void> {
  const points = read('/proc/self/mountinfo')
    .split('\n')
    .map((line) => (line.split(' ')[4] ?? '').replaceAll('\\040', ' '))
    .filter((point) => point.startsWith(`${dir}/`))
    .sort((a, b) => b.length - a.length);
  for (const point of points) await run('umount', ['-l', point], { allowFailure: true });
}

/** Removes the cgroups that killed containers left behind. */
export function removeCgroups(ids: ReadonlySet<string>): void {
  const roots = ['/sys/fs/cgroup', ...list('/sys/fs/cgroup')];
  for (const root of roots) {
    for (const id of ids) {
      for (const path of [
        join(root, 'docker', id),
        join(root, `system.slice/docker-${id}.scope`),
      ]) {
        try {
          rmdirSync(path);
        } catch {
          // Not there, or a controller without this container.
        }
      }
    }
  }
}

function list(root: string): string[] {
  try {
    return readdirSync(root, { withFileTypes: true })
      .filter((entry) => entry.isDirectory())
      .map((entry) => join(root, entry.name));
  } catch {
    return [];
  }
}
