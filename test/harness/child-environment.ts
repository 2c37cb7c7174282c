import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** Compiled once for all tests; a cold cache in each home would cost every start its compile time. */
export const COMPILE_CACHE = join(import.meta.dirname, '../../build/compile-cache');

/** A home of its own for a program under test. */
export interface ChildHome {
  readonly folder: string;
  readonly env: Readonly<Record<string, string>>;
  remove(): void;
}

/**
 * Makes an empty home folder and the whole environment of a program that lives in it. Nothing of the
 * caller's environment is inherited: with CI set Ink would paint nothing, and a DOCKER_HOST would lead
 * a test to somebody's real engine.
 *
 * @param folder an existing home to live in again; it is then not removed
 */
export function childHome(folder?: string): ChildHome {
  const home = folder ?? mkdtempSync(join(tmpdir(), 'opsconsole-home-'));
  const places = {
    XDG_CONFIG_HOME: join(home, '.config'),
    XDG_STATE_HOME: join(home, '.local/state'),
    XDG_CACHE_HOME: join(home, '.cache'),
    XDG_DATA_HOME: join(home, '.local/share'),
    XDG_RUNTIME_DIR: join(home, 'run'),
  };
  for (const place of Object.values(places)) mkdirSync(place, { recursive: true, mode: 0o700 });
  return {
    folder: home,
    env: {
      ...places,
      HOME: home,
      // Programs of the home's own come first, as a login shell has it.
      PATH: `${join(home, 'bin')}:/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin`,
      LANG: 'C.UTF-8',
      TZ: 'UTC',
      USER: 'operator',
      LOGNAME: 'operator',
      SHELL: '/bin/sh',
      NODE_COMPILE_CACHE: COMPILE_CACHE,
    },
    remove: () => {
      if (folder === undefined) rmSync(home, { recursive: true, force: true });
    },
  };
}
