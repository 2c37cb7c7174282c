import { spawn } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { homedir, userInfo } from 'node:os';
import { dirname } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Surroundings } from '../src/composition/surroundings.ts';
import { systemClock } from '../src/domain/clock.ts';

/** The file this program runs as; the runner is started from the same one. */
const entry = process.argv[1] ?? fileURLToPath(import.meta.url);

function login(): string {
  try {
    return userInfo().username;
  } catch {
    return process.env['USER'] ?? `uid ${process.getuid?.() ?? 'unknown'}`;
  }
}

/** What the program takes from this process and this machine. */
export function surroundings(): Surroundings {
  return {
    env: process.env,
    login: login(),
    home: homedir(),
    cwd: process.cwd(),
    uid: process.getuid?.() ?? null,
    clock: systemClock,
    random: Math.random,
    newId: randomUUID,
    packageRoot: dirname(dirname(entry)),
    spawnDetached(args) {
      const child = spawn(process.execPath, [entry, ...args], { detached: true, stdio: 'ignore' });
      child.on('error', () => undefined);
      child.unref();
    },
  };
}
