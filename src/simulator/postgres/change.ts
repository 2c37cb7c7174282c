import { grantFree } from './locks.ts';
import { findSetting, parseSetting, type Setting, withCommandLine } from './settings.ts';
import type {
  DatabaseChange,
  DatabaseState,
  Lock,
  Session,
  SessionPatch,
  SimulatedState,
  StatementStatistics,
} from './world.ts';

const LOCKS_MAX = 10_000;

/** Grants what is free, and lets the world's own sessions wait and go on accordingly. */
function settled(state: DatabaseState): DatabaseState {
  const next = { ...state, locks: grantFree(state.locks) };
  const sessions = state.sessions.map((session) => {
    const waits = next.locks.find(({ granted, pid }) => pid === session.pid && !granted);
    if (session.connected) return session;
    if (waits !== undefined) {
      const waitEvent = waits.target.row === null ? 'relation' : 'transactionid';
      return { ...session, waitEventType: 'Lock', waitEvent };
    }
    const waited = state.locks.some(({ granted, pid }) => pid === session.pid && !granted);
    return waited && session.waitEventType === 'Lock'
      ? { ...session, waitEventType: null, waitEvent: null }
      : session;
  });
  return { ...next, sessions };
}

/** What a session waits for that runs a query, and one that has none to run. */
const RUNS = { waitEventType: null, waitEvent: null };
const WAITS = { waitEventType: 'Client', waitEvent: 'ClientRead' };

function begun(state: DatabaseState, given: Partial<Session>, now: number): DatabaseState {
  const session: Session = {
    pid: given.pid ?? state.nextPid,
    backendType: 'client backend',
    backendStart: now,
    user: '',
    database: '',
    application: '',
    client: null,
    encrypted: false,
    state: 'idle',
    ...(given.state === 'active' ? RUNS : WAITS),
    transactionStart: null,
    queryStart: null,
    stateChange: now,
    query: '',
    connected: false,
    ...given,
  };
  const nextPid = Math.max(state.nextPid, session.pid) + 1;
  return { ...state, nextPid, sessions: [...state.sessions, session] };
}

function without(state: DatabaseState, pid: number): DatabaseState {
  return settled({
    ...state,
    sessions: state.sessions.filter((session) => session.pid !== pid),
    locks: state.locks.filter((lock) => lock.pid !== pid),
  });
}

function patched(state: DatabaseState, pid: number, patch: SessionPatch, now: number) {
  const sessions = state.sessions.map((session) => {
    if (session.pid !== pid) return session;
    const moved = patch.state !== undefined && patch.state !== session.state;
    const asks = patch.queryStart !== undefined && patch.queryStart !== session.queryStart;
    return { ...session, ...patch, ...(moved || asks ? { stateChange: now } : {}) };
  });
  return { ...state, sessions };
}

function unlocked(state: DatabaseState, pid: number, waitingOnly: boolean): DatabaseState {
  const locks = state.locks.filter((lock) => lock.pid !== pid || (waitingOnly && lock.granted));
  return settled({ ...state, locks });
}

/** The query of one of the world's own sessions ends; a client's front does this for its own. */
function cancelled(state: DatabaseState, pid: number, now: number): DatabaseState {
  const session = state.sessions.find((one) => one.pid === pid);
  if (session === undefined || session.connected || session.state !== 'active') return state;
  const inTransaction =
    session.transactionStart !== null && session.transactionStart !== session.queryStart;
  const next: SimulatedState = inTransaction ? 'idle in transaction (aborted)' : 'idle';
  const patch: SessionPatch = {
    ...WAITS,
    state: next,
    ...(inTransaction ? {} : { transactionStart: null }),
  };
  return unlocked(patched(state, pid, patch, now), pid, inTransaction);
}

/** What the files say holds now, but for what needs a restart. */
function loaded(state: DatabaseState, restart: boolean): Readonly<Record<string, Setting>> {
  const settings: Record<string, Setting> = {};
  for (const [name, setting] of Object.entries(state.settings)) {
    settings[name] = setting;
    if (setting.source === 'command line' || setting.context === 'internal') continue;
    if (setting.context === 'postmaster' && !restart) continue;
    const written = state.files.filter((line) => line.name === name).at(-1)?.value;
    const value = written === undefined ? setting.boot : parseSetting(setting, written);
    if (value === null) continue;
    const source = written === undefined ? 'default' : 'configuration file';
    settings[name] = { ...setting, value, source };
  }
  return settings;
}

function filed(state: DatabaseState, name: string, value: string | null): DatabaseState {
  const known = findSetting(state.settings, name)?.[0] ?? name;
  const rest = state.files.filter((line) => line.name !== known);
  return { ...state, files: value === null ? rest : [...rest, { name: known, value }] };
}

function locked(state: DatabaseState, given: Pick<Lock, 'pid' | 'target' | 'mode'>, now: number) {
  const { mode, pid, target } = given;
  const has = state.locks.some(
    (one) =>
      one.pid === pid &&
      one.mode === mode &&
      one.target.table === target.table &&
      one.target.row === target.row,
  );
  if (has || state.locks.length >= LOCKS_MAX) return state;
  return settled({ ...state, locks: [...state.locks, { ...given, granted: false, since: now }] });
}

const BYTES_PER_ROW = 100;
const STATEMENTS_MAX = 1000;

/** Statistics with one statement more, or one more of the same. */
function counted(state: DatabaseState, line: StatementStatistics): DatabaseState {
  const { statements } = state;
  if (statements === null) return state;
  const known = statements.lines.find(({ id }) => id === line.id);
  if (known === undefined && statements.lines.length >= STATEMENTS_MAX) return state;
  const sum = known ?? { ...line, calls: 0, totalMs: 0, rows: 0 };
  const next = {
    ...sum,
    calls: sum.calls + line.calls,
    totalMs: sum.totalMs + line.totalMs,
    rows: sum.rows + line.rows,
  };
  const rest = statements.lines.filter((one) => one !== known);
  return { ...state, statements: { ...statements, lines: [...rest, next] } };
}

/**
 * What a server is after a change. Pure: the same for the same arguments.
 * @param now epoch ms of the world's clock
 */
export function changed(state: DatabaseState, change: DatabaseChange, now: number): DatabaseState {
  switch (change.kind) {
    case 'connect':
      return begun(state, change.session, now);
    case 'leave':
    case 'terminate':
      return without(state, change.pid);
    case 'session':
      return patched(state, change.pid, change.patch, now);
    case 'lock':
      return locked(state, change.lock, now);
    case 'unlock':
      return unlocked(state, change.pid, change.waitingOnly === true);
    case 'cancel':
      return cancelled(state, change.pid, now);
    case 'reload':
      return { ...state, settings: loaded(state, false), loadedAt: now };
    case 'file':
      return filed(state, change.name, change.value);
    case 'presence':
      return change.presence === 'down'
        ? { ...state, presence: 'down', sessions: [], locks: [] }
        : { ...state, presence: change.presence };
    case 'restart': {
      const given = change.commandLine;
      const own = given === undefined ? state.settings : withCommandLine(state.settings, given);
      const settings = loaded({ ...state, settings: own }, true);
      const times = { startedAt: now, loadedAt: now };
      return { ...state, ...times, settings, presence: 'up', sessions: [], locks: [] };
    }
    case 'crash':
      return { ...state, presence: 'recovering', sessions: [], locks: [] };
    case 'wrote':
      return { ...state, position: state.position + change.rows * BYTES_PER_ROW };
    case 'vacuumed':
      return state;
    case 'counted':
      return counted(state, change.line);
    case 'told':
      return { ...state, ...change.patch };
  }
}
