import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { delimiter, join } from 'node:path';
import { createInterface } from 'node:readline';
import type { Tool, Toolbox } from './tool.ts';

/** Folders of the place's host that are its own; they lie in the simulator's. */
const OWN = /^\/(?:mnt|srv|opt)(?=\/|$)/;

/**
 * Runs a tool of this host for the place, with the place's folders in the stead of this host's, and with the
 * tools of the private PATH before all others.
 */
async function runHere(
  { root }: Toolbox,
  words: readonly string[],
  folder: string,
  { err, out, signal }: Parameters<Tool>[3],
): Promise<number> {
  const [name = '', ...rest] = words.map((word) =>
    OWN.test(word) ? join(root, 'host', word) : word,
  );
  const path = [join(root, 'bin'), '/usr/local/bin', '/usr/bin', '/bin'].join(delimiter);
  const child = spawn(`/bin/${name}`, rest, {
    cwd: folder,
    env: { PATH: path, HOME: root },
    stdio: ['ignore', 'pipe', 'pipe'],
    signal,
  });
  const said = [
    (async () => {
      for await (const line of createInterface({ input: child.stdout })) out(line);
    })(),
    (async () => {
      for await (const line of createInterface({ input: child.stderr })) err(line);
    })(),
  ];
  const [code] = (await once(child, 'exit')) as [number | null];
  await Promise.all(said);
  return code ?? 1;
}

/** A tool of every host. */
export const posix =
  (name: string): Tool =>
  (box, words, folder, caller) =>
    runHere(box, [name, ...words], folder, caller);
