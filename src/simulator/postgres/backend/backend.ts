import { type Clock, systemClock } from '../../../domain/clock.ts';
import { answerFromWorld } from '../catalogue/answer.ts';
import { type Asked, countsStatements, type Viewer } from '../catalogue/viewer.ts';
import { blockersOf, inDeadlock, isWaiting } from '../locks.ts';
import type { Statement } from '../sql/lex.ts';
import { NotCovered, SqlError } from '../sql/sql-error.ts';
import type { TableStatement, Tables } from '../tables/tables.ts';
import type { TransactionStatus } from '../wire/messages.ts';
import type { DatabaseWorld, LockMode, LockTarget, SessionPatch } from '../world.ts';
import { type Outcome, rowsOf } from './outcome.ts';
import { Patience } from './patience.ts';
import type { SessionSettings } from './session-settings.ts';
import { kindOf, rowsQuery } from './statement-kind.ts';
import { likeness } from './statement-likeness.ts';
import { newTransaction, type Transaction } from './transaction.ts';
import { utility } from './utility.ts';

export interface BackendOptions {
  readonly world: DatabaseWorld;
  /** Null where the scenario has no tables. */
  readonly tables: Tables | null;
  /** Of waits, which a client's own time measures; the world's clock may run faster. */
  readonly clock?: Clock;
}

export type Parameters = readonly (string | null)[] | undefined;

const CLIENT_READ: SessionPatch = { waitEventType: 'Client', waitEvent: 'ClientRead' };
const RUNS: SessionPatch = { waitEventType: null, waitEvent: null };
const DIGITS = /^\d+(?:\.\d+)?$/;
const ROWS_LOCKED_MAX = 1000;

/** What the server does for one connection. */
export class Backend {
  readonly pid: number;
  readonly user: string;
  readonly database: string;
  readonly world: DatabaseWorld;
  readonly tables: Tables | null;
  readonly settings: SessionSettings;
  readonly patience: Patience;
  #transaction: Transaction | null = null;

  constructor(
    { clock = systemClock, tables, world }: BackendOptions,
    who: { readonly pid: number; readonly user: string; readonly database: string },
    settings: SessionSettings,
  ) {
    this.world = world;
    this.tables = tables;
    this.pid = who.pid;
    this.user = who.user;
    this.database = who.database;
    this.settings = settings;
    this.patience = new Patience(clock);
  }

  get status(): TransactionStatus {
    if (this.#transaction?.explicit !== true) return 'I';
    return this.#transaction.failed ? 'E' : 'T';
  }

  get transaction(): Transaction {
    this.#transaction ??= newTransaction(
      this.world.now(),
      this.settings.get('default_transaction_read_only') === 'on' ||
        this.world.state.following !== null,
    );
    this.settings.begin();
    return this.#transaction;
  }

  /** What somebody who looks at this session sees. */
  tell(patch: SessionPatch): void {
    this.world.apply({ kind: 'session', pid: this.pid, patch });
  }

  /** A query begins, as the client wrote it. */
  begins(query: string): void {
    const queryStart = this.world.now();
    const transactionStart = this.#transaction?.startedAt ?? queryStart;
    this.tell({ ...RUNS, state: 'active', query, queryStart, transactionStart });
    this.patience.begin(this.settings);
  }

  /** It waits for the client's next. */
  rests(): void {
    this.patience.end();
    const open = this.#transaction;
    const state =
      open === null
        ? 'idle'
        : open.failed
          ? 'idle in transaction (aborted)'
          : 'idle in transaction';
    this.tell({ ...CLIENT_READ, state, transactionStart: open?.startedAt ?? null });
  }

  asked(): Asked {
    const { startedAt } = this.transaction;
    const viewer: Viewer = {
      pid: this.pid,
      user: this.user,
      database: this.database,
      transactionStart: startedAt,
      settings: this.settings.all(),
      set: (name, value, local) => void this.set(name, value, local),
    };
    return { viewer, world: this.world };
  }

  set(name: string, value: string, local: boolean): void {
    const set = this.settings.set(name, value, local);
    if (set === 'application_name') this.tell({ application: value });
    if (set === 'transaction_read_only')
      this.transaction.readOnly = this.settings.get(set) === 'on';
  }

  /** Runs one statement, in a transaction that is there or around it alone. */
  async run(statement: Statement, parameters: Parameters): Promise<Outcome> {
    this.patience.check();
    const first = statement.tokens[0]?.text ?? '';
    if (this.transaction.failed && !['rollback', 'abort', 'commit', 'end'].includes(first)) {
      const words =
        'current transaction is aborted, commands ignored until end of transaction block';
      throw new SqlError('25P02', words);
    }
    const startedAt = performance.now();
    try {
      await this.#sleep(statement);
      const done = await utility(this, statement, parameters);
      if (done !== null) return done;
      const outcome = await this.query(statement, parameters);
      this.#count(statement, outcome, performance.now() - startedAt);
      return outcome;
    } catch (thrown) {
      throw thrown instanceof NotCovered ? thrown.refusal : thrown;
    }
  }

  /** A query: of what the world knows, or of the tables. */
  async query(statement: Statement, parameters: Parameters): Promise<Outcome> {
    try {
      return rowsOf(answerFromWorld(this.asked(), statement.tokens, parameters ?? []));
    } catch (thrown) {
      const mayBeTables = thrown instanceof NotCovered || thrown instanceof SqlError;
      if (this.tables === null || !mayBeTables || isFinal(thrown)) throw thrown;
    }
    return await this.ofTables(statement, parameters);
  }

  async ofTables(statement: Statement, parameters: Parameters): Promise<Outcome> {
    const { tables } = this;
    const refusal = new SqlError('0A000', 'the simulated server has no tables');
    if (tables === null) throw refusal;
    const kind = kindOf(statement.tokens);
    const { work } = this.transaction;
    const one: TableStatement = { statement, parameters, writes: kind.writes, asked: this.asked() };
    // Who gives room back takes none that the log has not got already.
    const verb = statement.tokens[0]?.text.toLowerCase() ?? '';
    const grows = kind.writes && !['delete', 'vacuum'].includes(verb);
    if (this.world.state.diskFull && grows && kind.mode !== 'AccessExclusiveLock') {
      const words = 'could not extend file "base/5/16384": No space left on device';
      throw new SqlError('53100', words);
    }
    for (const table of kind.tables) await this.lock({ table, row: null }, kind.mode);
    if (kind.rows) await this.#lockRows(one, kind.tables[0] ?? '');
    if (!kind.alone) return await this.patience.until(tables.run(work, one));
    if (this.#transaction?.explicit === true) {
      const word = (statement.tokens[0]?.text ?? '').toUpperCase();
      throw new SqlError('25001', `${word} cannot run inside a transaction block`);
    }
    return await this.patience.until(tables.alone(one));
  }

  #count(statement: Statement, { tag }: Outcome, totalMs: number): void {
    const rows = Number(/\d+$/.exec(tag)?.[0] ?? 0);
    const [table = ''] = kindOf(statement.tokens).tables;
    const how = /^(?:insert|update|delete|merge)/.exec(tag.toLowerCase())?.[0];
    if (isChange(how)) this.world.apply({ kind: 'wrote', table, how, rows });
    if (tag === 'VACUUM') {
      const full = statement.tokens.some(({ text }) => text === 'full');
      this.world.apply({ kind: 'vacuumed', table, full });
    }
    if (!countsStatements(this.world.state)) return;
    const line = { ...likeness(statement), user: this.user, calls: 1, totalMs, rows };
    this.world.apply({ kind: 'counted', line });
  }

  /** The rows that a statement will change, each a lock of its own. */
  async #lockRows(one: TableStatement, table: string): Promise<void> {
    const { parameters, statement } = one;
    const text = rowsQuery(statement.text, statement.tokens);
    const rows = text === null ? ['*'] : await this.#rowsFound(text, one, parameters);
    for (const row of rows) await this.lock({ table, row }, 'ExclusiveLock');
  }

  async #rowsFound(text: string, one: TableStatement, parameters: Parameters) {
    try {
      // Looked up apart: in this transaction rows may lie elsewhere already.
      const look = { ...one, statement: { text, tokens: one.statement.tokens }, parameters };
      const alone = newTransaction(this.world.now(), true).work;
      const found = await this.tables?.run(alone, { ...look, writes: false });
      const rows = found?.rows.map((row) => row.toString('latin1', 11)) ?? [];
      return rows.length > ROWS_LOCKED_MAX ? ['*'] : rows;
    } catch {
      return ['*'];
    }
  }

  /** Takes a lock, after as long a wait as the session bears. */
  async lock(target: LockTarget, mode: LockMode): Promise<void> {
    const { pid, world } = this;
    world.apply({ kind: 'lock', lock: { pid, target, mode } });
    if (!isWaiting(world.state, pid)) return;
    const waitEvent = target.row === null ? 'relation' : 'transactionid';
    this.tell({ waitEventType: 'Lock', waitEvent });
    const limitMs = this.settings.number('lock_timeout');
    const late = new SqlError('55P03', 'canceling statement due to lock timeout');
    try {
      if (inDeadlock(world.state, pid)) throw new SqlError('40P01', 'deadlock detected');
      await this.patience.wait<void>(
        (settle) => {
          const stop = world.watch(() => {
            if (!isWaiting(world.state, pid)) settle();
          });
          return stop;
        },
        limitMs > 0 ? { afterMs: limitMs, error: late } : undefined,
      );
    } catch (thrown) {
      world.apply({ kind: 'unlock', pid, waitingOnly: true });
      throw thrown;
    } finally {
      this.tell(RUNS);
    }
  }

  /** `pg_sleep` with a number: the session sleeps before its query is answered. */
  async #sleep({ tokens }: Statement): Promise<void> {
    const place = tokens.findIndex(({ kind, text }) => kind === 'word' && text === 'pg_sleep');
    const seconds = tokens[place + 2];
    if (place < 0 || tokens[place + 1]?.text !== '(' || !DIGITS.test(seconds?.text ?? '')) return;
    this.tell({ waitEventType: 'Timeout', waitEvent: 'PgSleep' });
    await this.patience.sleep(Number(seconds?.text) * 1000);
    this.tell(RUNS);
  }

  /** The transaction around a statement that nobody began ends with it. */
  async endImplicit(): Promise<void> {
    if (this.#transaction?.explicit === false) await this.end(true);
  }

  /** A statement failed: its transaction is rolled back, or, where it was begun, of no more use. */
  async fail(): Promise<void> {
    const open = this.#transaction;
    if (open === null) return;
    if (!open.explicit) return await this.end(false);
    open.failed = true;
    open.work.done.length = 0;
    await this.tables?.rollback(open.work);
    this.world.apply({ kind: 'unlock', pid: this.pid });
  }

  async end(commit: boolean): Promise<void> {
    const open = this.#transaction;
    if (open === null) return;
    const commits = commit && !open.failed;
    try {
      if (commits) await this.tables?.commit(open.work);
      else await this.tables?.rollback(open.work);
    } finally {
      this.#transaction = null;
      this.settings.end(commits);
      this.world.apply({ kind: 'unlock', pid: this.pid });
    }
  }

  blockers(): readonly number[] {
    return blockersOf(this.world.state, this.pid);
  }
}

const isChange = (how: string | undefined) =>
  how === 'insert' || how === 'update' || how === 'delete' || how === 'merge';

/** A refusal that the tables would not put otherwise. */
function isFinal(thrown: NotCovered | SqlError): boolean {
  if (thrown instanceof NotCovered) return false;
  return !['42601', '42703', '42P01', '42883', '42702', '42P02'].includes(thrown.code);
}
