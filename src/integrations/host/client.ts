import type { StatsFs } from 'node:fs';
import { readFile, statfs } from 'node:fs/promises';
import { join } from 'node:path';
import { OperatorError } from '../../domain/operator-error.ts';

/** What of the host is read, as text; a file that this kernel does not have is null. */
export interface HostFiles {
  readonly stat: string;
  readonly loadavg: string;
  readonly meminfo: string;
  readonly mountinfo: string;
  readonly hostname: string | null;
  readonly pressure: { readonly [K in 'cpu' | 'memory' | 'io']: string | null };
}

function words(thrown: unknown, path: string): OperatorError {
  const code = thrown instanceof Error && 'code' in thrown ? thrown.code : null;
  if (code === 'ENOENT') {
    const mend = 'see whether /proc is mounted; the figures of the host need Linux';
    return new OperatorError('missing', `${path} does not exist`, mend, thrown);
  }
  if (code === 'EACCES' || code === 'EPERM') {
    const message = `${path} may not be read by this user`;
    return new OperatorError('denied', message, 'see how /proc is mounted', thrown);
  }
  return new OperatorError('failed', `${path} cannot be read`, 'see the kernel log', thrown);
}

/**
 * Reads what the kernel tells about the host.
 * @param root where the host's file system is seen: `/`, or where it is mounted in a container
 * @throws OperatorError naming the file
 */
export async function readHost(root: string, signal: AbortSignal): Promise<HostFiles> {
  const needed = async (name: string) => {
    const path = join(root, 'proc', name);
    try {
      return await readFile(path, { encoding: 'utf8', signal });
    } catch (thrown) {
      signal.throwIfAborted();
      throw words(thrown, path);
    }
  };
  // An older kernel has no pressure files, and one told so at its start fails to read them.
  const optional = (name: string) => needed(name).catch(() => null);
  // One after the other: they take microseconds, and leave the threads to others.
  return {
    stat: await needed('stat'),
    loadavg: await needed('loadavg'),
    meminfo: await needed('meminfo'),
    mountinfo: await needed('self/mountinfo'),
    hostname: await optional('sys/kernel/hostname'),
    pressure: {
      cpu: await optional('pressure/cpu'),
      memory: await optional('pressure/memory'),
      io: await optional('pressure/io'),
    },
  };
}

/** Asks a file system how full it is. It may never answer, and nothing can end the question. */
export function askDisk(root: string, mount: string): Promise<StatsFs> {
  return statfs(join(root, mount));
}
