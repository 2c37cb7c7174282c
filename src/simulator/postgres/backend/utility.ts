import { showSetting } from '../settings.ts';
import type { Statement } from '../sql/lex.ts';
import { Reader } from '../sql/reader.ts';
import { SqlError } from '../sql/sql-error.ts';
import type { LockMode } from '../world.ts';
import type { Backend, Parameters } from './backend.ts';
import { closeCursor, declare, fetch } from './cursors.ts';
import { done, type Outcome, oneText } from './outcome.ts';
import { rolesAndMore } from './roles.ts';
import { valueAfter } from './value-after.ts';

type Run = (
  backend: Backend,
  reader: Reader,
  statement: Statement,
  parameters: Parameters,
) => Promise<Outcome> | Outcome;

function modes(backend: Backend, reader: Reader): void {
  const { transaction } = backend;
  while (!reader.atEnd) {
    if (reader.takes('read', 'only')) transaction.readOnly = true;
    else if (reader.takes('read', 'write')) transaction.readOnly = false;
    else reader.next();
  }
}

function begin(backend: Backend, reader: Reader): Outcome {
  backend.transaction.explicit = true;
  modes(backend, reader);
  backend.tell({ transactionStart: backend.transaction.startedAt });
  return done('BEGIN');
}

async function end(backend: Backend, commit: boolean): Promise<Outcome> {
  const commits = commit && !backend.transaction.failed;
  await backend.end(commits);
  return done(commits ? 'COMMIT' : 'ROLLBACK');
}

async function rollback(backend: Backend, reader: Reader): Promise<Outcome> {
  reader.next();
  if (reader.takes('transaction') || reader.takes('work') || reader.atEnd)
    return end(backend, false);
  throw new SqlError('0A000', 'the simulated server knows no savepoints');
}

function settingName(reader: Reader): string {
  if (reader.takes('time', 'zone')) return 'TimeZone';
  let name = reader.name();
  while (reader.takes('.')) name += `.${reader.name()}`;
  return name;
}

function set(backend: Backend, reader: Reader): Outcome {
  reader.next();
  const local = reader.takes('local');
  if (!local) reader.takes('session');
  if (reader.takes('transaction')) {
    modes(backend, reader);
    return done('SET');
  }
  if (reader.sees('authorization') || reader.sees('role') || reader.sees('characteristics')) {
    throw new SqlError('0A000', 'the simulated server lets nobody become another');
  }
  const name = settingName(reader);
  if (!reader.takes('=')) reader.must('to');
  if (reader.takes('default')) backend.settings.reset(name);
  else backend.set(name, valueAfter(reader), local);
  return done('SET');
}

function show(backend: Backend, reader: Reader): Outcome {
  reader.next();
  const given = settingName(reader);
  const all = backend.settings.all();
  const name = Object.keys(all).find((one) => one.toLowerCase() === given.toLowerCase());
  const setting = name === undefined ? undefined : all[name];
  if (name === undefined || setting === undefined) {
    throw new SqlError('42704', `unrecognized configuration parameter "${given}"`);
  }
  return oneText(name, showSetting(setting, setting.value), 'SHOW');
}

function reset(backend: Backend, reader: Reader): Outcome {
  reader.next();
  backend.settings.reset(reader.takes('all') ? null : settingName(reader));
  return done('RESET');
}

const LOCK_MODES: Readonly<Record<string, LockMode>> = {
  'access share': 'AccessShareLock',
  'row share': 'RowShareLock',
  'row exclusive': 'RowExclusiveLock',
  'share update exclusive': 'ShareUpdateExclusiveLock',
  share: 'ShareLock',
  'share row exclusive': 'ShareRowExclusiveLock',
  exclusive: 'ExclusiveLock',
  'access exclusive': 'AccessExclusiveLock',
};

async function lock(backend: Backend, reader: Reader): Promise<Outcome> {
  reader.next();
  reader.takes('table');
  reader.takes('only');
  const tables = reader.list(() => {
    const name = reader.name();
    return reader.takes('.') ? `${name}.${reader.name()}` : `public.${name}`;
  });
  const words: string[] = [];
  if (reader.takes('in')) {
    while (!reader.takes('mode')) words.push(reader.next().text);
  }
  const mode = LOCK_MODES[words.join(' ') || 'access exclusive'];
  if (mode === undefined) throw reader.wrong();
  if (backend.status === 'I') {
    throw new SqlError('25P01', 'LOCK TABLE can only be used in transaction blocks');
  }
  for (const table of tables) await backend.lock({ table, row: null }, mode);
  return done('LOCK TABLE');
}

function discard(backend: Backend): Outcome {
  backend.settings.reset(null);
  return done('DISCARD ALL');
}

const RUNS: Readonly<Record<string, Run>> = {
  begin,
  start: begin,
  commit: (backend) => end(backend, true),
  end: (backend) => end(backend, true),
  rollback,
  abort: rollback,
  set,
  show,
  reset,
  lock,
  discard,
  declare,
  fetch,
  close: closeCursor,
  checkpoint: () => done('CHECKPOINT'),
  listen: () => done('LISTEN'),
  unlisten: () => done('UNLISTEN'),
  deallocate: () => done('DEALLOCATE'),
};

/** Runs what is no query of tables or of the catalogue; null for what is. */
export async function utility(
  backend: Backend,
  statement: Statement,
  parameters: Parameters,
): Promise<Outcome | null> {
  const first = statement.tokens[0]?.text ?? '';
  const run = Object.hasOwn(RUNS, first) ? RUNS[first] : undefined;
  if (run === undefined) return await rolesAndMore(backend, statement);
  return await run(backend, new Reader(statement.tokens), statement, parameters);
}
