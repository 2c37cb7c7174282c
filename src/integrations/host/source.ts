import type { Host } from '../../domain/host.ts';
import { sanitizeLine } from '../../domain/sanitize.ts';
import type { Source } from '../../domain/source.ts';
import { type HostFiles, readHost } from './client.ts';
import {
  busy,
  decodeLoad,
  decodeMemory,
  decodePressure,
  decodeStat,
  type Ticks,
} from './decode.ts';
import { diskReader } from './disks.ts';
import { decodeMounts, type Mount, mountsOf } from './mounts.ts';

export interface HostOptions {
  /** How the source is called; the fact has the host's own name. */
  readonly name: string;
  /** Where the host's file system is seen; `/` unless this runs in a container that mounts it. */
  readonly fsRoot?: string;
  /** Folders whose file systems are shown; null for all that can fill up. */
  readonly paths?: readonly string[] | null;
  readonly intervalMs: number;
  readonly timeoutMs: number;
}

function pressureOf({ pressure }: HostFiles): Host['pressure'] {
  const read = (text: string | null) => (text === null ? null : decodePressure(text));
  const [cpu, memory, io] = [read(pressure.cpu), read(pressure.memory), read(pressure.io)];
  return cpu === null || memory === null || io === null ? null : { cpu, memory, io };
}

/**
 * Load, memory, disks and pressure of the host, from its kernel. The use of the processors is known from
 * the second poll on. A file system that does not answer is named, and delays nothing but the first poll
 * that meets it, by half a second.
 */
export function hostSource(options: HostOptions): Source<'host'> {
  const { fsRoot = '/', intervalMs, name, paths = null, timeoutMs } = options;
  const readDisks = diskReader(fsRoot);
  let ticksBefore: Ticks | null = null;
  let known: { readonly text: string; readonly mounts: readonly Mount[] } = {
    text: '',
    mounts: [],
  };

  function mountsIn(text: string): readonly Mount[] {
    if (text !== known.text) {
      const all = decodeMounts(text);
      known = { text, mounts: paths === null ? all : mountsOf(paths, all) };
    }
    return known.mounts;
  }

  return {
    name,
    kind: 'host',
    intervalMs,
    timeoutMs,
    async poll(signal): Promise<Host> {
      const files = await readHost(fsRoot, signal);
      const { bootedAt, cores, ticks } = decodeStat(files.stat);
      const cpu = ticksBefore === null ? null : busy(ticksBefore, ticks);
      ticksBefore = ticks;
      const memory = decodeMemory(files.meminfo);
      const load = decodeLoad(files.loadavg);
      const disks = await readDisks(mountsIn(files.mountinfo));
      signal.throwIfAborted();
      return {
        name: sanitizeLine(files.hostname?.trim() ?? '') || name,
        cores,
        load,
        cpu,
        ...memory,
        ...disks,
        pressure: pressureOf(files),
        bootedAt,
      };
    },
  };
}
