import { appendFile, mkdir, rename } from 'node:fs/promises';
import { dirname } from 'node:path';
import type { EventHappening } from '../world/world.ts';
import type { Host } from './host.ts';

/** It is turned over then, as logrotate would; one file before it is kept. */
const FILE_MAX_BYTES = 1024 * 1024;
/** Lines that wait to be written; of more the newest are left out. */
const WAITING_MAX = 1000;
const PRIVATE_FILE = 0o600;
const PRIVATE_FOLDER = 0o700;

/** What the host's own programs say of an event of the engine; null where they say nothing. */
function said({ action, attributes, id, type }: EventHappening): string | null {
  if (type !== 'container') return null;
  const { exitCode = '0', image = '', name = '' } = attributes;
  const scope = `docker-${id}.scope`;
  switch (action) {
    case 'start':
      return `systemd[1]: Started ${scope} - libcontainer container ${id} (${name}).`;
    case 'oom':
      return `kernel: Memory cgroup out of memory: Killed process in /system.slice/${scope} (${name})`;
    case 'die':
      return exitCode === '0'
        ? `systemd[1]: ${scope}: Deactivated successfully.`
        : `dockerd[612]: level=warning msg="container exited" container=${id} name=${name} exitCode=${exitCode}`;
    case 'health_status: unhealthy':
      return `dockerd[612]: level=warning msg="Health check failed" container=${id} name=${name}`;
    case 'destroy':
      return `dockerd[612]: level=info msg="container removed" container=${id} name=${name} image=${image}`;
    default:
      return null;
  }
}

/**
 * Writes the log of the place's host into a file, as its engine tells of what happens.
 * @param maxBytes of the file before it is turned over
 * @returns ends it, once all is written
 */
export function keepHostLog(
  host: Host,
  file: string,
  maxBytes = FILE_MAX_BYTES,
): () => Promise<void> {
  let waiting: string[] = [];
  let writing: Promise<void> | null = null;
  let writtenBytes = 0;
  let made = false;

  const write = async () => {
    if (!made) await mkdir(dirname(file), { recursive: true, mode: PRIVATE_FOLDER });
    made = true;
    while (waiting.length > 0) {
      const text = waiting.join('');
      waiting = [];
      if (writtenBytes > 0 && writtenBytes + text.length > maxBytes) {
        await rename(file, `${file}.1`);
        writtenBytes = 0;
      }
      await appendFile(file, text, { mode: PRIVATE_FILE });
      writtenBytes += text.length;
    }
    writing = null;
  };
  const keep = (event: EventHappening) => {
    const words = said(event);
    if (words === null || waiting.length >= WAITING_MAX) return;
    const at = new Date(host.clock.outside(event.at)).toISOString().replace('Z', '+00:00');
    waiting.push(`${at} simulated ${words}\n`);
    // Its folder may be gone by now: then nobody reads it either.
    writing ??= write().catch(() => undefined);
  };
  for (const event of host.events.past()) keep(event);
  const leave = host.events.follow(keep);
  return async () => {
    leave();
    await writing;
  };
}
