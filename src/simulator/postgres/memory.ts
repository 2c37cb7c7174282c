import type { Clock } from '../../domain/clock.ts';
import { changed } from './change.ts';
import { defaultSettings, withCommandLine } from './settings.ts';
import type { DatabaseChange, DatabaseState, DatabaseWorld } from './world.ts';

const MEGABYTE = 1024 * 1024;
const FIRST_PID = 100;

/** A fresh server that is up, with a superuser `admin` whom the socket lets in. */
export function newDatabase(
  now: number,
  given: Partial<DatabaseState> & { readonly set?: Readonly<Record<string, string>> } = {},
): DatabaseState {
  const { set = {}, ...rest } = given;
  const { version = '15.8', versionNumber = 150_008 } = given;
  const settings = withCommandLine(defaultSettings(version, versionNumber), set);
  return {
    version,
    versionNumber,
    presence: 'up',
    startedAt: now,
    loadedAt: now,
    settings,
    files: [],
    roles: [{ name: 'admin', login: true, password: null, superuser: true, memberOf: [] }],
    databases: [{ name: 'postgres', bytes: 8 * MEGABYTE }],
    sessions: [],
    locks: [],
    position: 16 * MEGABYTE,
    standbys: [],
    following: null,
    statements: null,
    tableBytes: {},
    diskFull: false,
    archiver: null,
    nextPid: FIRST_PID,
    ...rest,
  };
}

/** A world that holds one server and nothing else, for tests and for worlds that embed it. */
export function memoryDatabase(first: DatabaseState, clock: Clock): DatabaseWorld {
  let state = first;
  const listeners = new Set<(change: DatabaseChange) => void>();
  return {
    get state() {
      return state;
    },
    now: () => clock.now(),
    after: (delayMs, run) => clock.after(delayMs, run),
    apply(change) {
      state = changed(state, change, clock.now());
      for (const listener of [...listeners]) listener(change);
    },
    watch(listener) {
      listeners.add(listener);
      return () => void listeners.delete(listener);
    },
  };
}
