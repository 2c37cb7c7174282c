import type { Outcome } from '../backend/outcome.ts';
import type { Asked } from '../catalogue/viewer.ts';
import { blockersOf } from '../locks.ts';
import { type Statement, statementsOf } from '../sql/lex.ts';
import type { DatabaseState, DatabaseWorld, Role } from '../world.ts';
import { startTables, type TableEngine, type TableStart } from './engine.ts';
import { overlaid, overlayText, overlayValues, setupText } from './overlay.ts';

export interface TablesOptions extends TableStart {
  /** What makes the scenario's tables; each run begins with it. */
  readonly seed?: string;
}

/** A statement as one session asks for it. */
export interface TableStatement {
  readonly statement: Statement;
  /** Bound values; none where it was asked in the simple way. */
  readonly parameters: readonly (string | null)[] | undefined;
  readonly writes: boolean;
  readonly asked: Asked;
}

/** What a transaction has written: done again when others had their turn in between. */
export interface TableWork {
  readonly done: TableStatement[];
  readonly readOnly: () => boolean;
}

/**
 * The scenario's tables in a PostgreSQL that has one session. Every transaction of every client has its
 * turns in it: when one comes while another's is open, the open one is rolled back, and what it has
 * written is done again before its next statement. Locks of the world keep those apart who would not
 * find the same rows again.
 */
export interface Tables {
  /** Runs a statement in its transaction. @throws SqlError, after which the transaction is no more */
  run(work: TableWork, one: TableStatement): Promise<Outcome>;
  /** Runs one that cannot stand in a transaction. */
  alone(one: TableStatement): Promise<Outcome>;
  commit(work: TableWork): Promise<void>;
  rollback(work: TableWork): Promise<void>;
  /** Starts them; resolves when they are there. */
  warm(): Promise<void>;
  /** Settles when nothing is done in them, nor waits for its turn. */
  atRest(): Promise<void>;
  /** Runs what the server itself wants, such as a new role. */
  own(text: string): Promise<void>;
  close(): Promise<void>;
}

const quoted = (name: string) => `"${name.replaceAll('"', '""')}"`;

/** What makes a role as the world has it. */
export function roleText({ memberOf, name, superuser }: Role): string {
  const right = superuser ? 'SUPERUSER' : 'NOSUPERUSER';
  const grants = memberOf.map((role) => `GRANT ${quoted(role)} TO ${quoted(name)}`);
  return [`CREATE ROLE ${quoted(name)} LOGIN ${right}`, ...grants].join(';');
}

const rolesText = ({ roles }: DatabaseState) =>
  roles
    .filter(({ name }) => name !== 'postgres')
    .map(roleText)
    .join(';');

/** Prepares the tables; they start with the first statement that needs them. */
export function lazyTables(world: DatabaseWorld, options: TablesOptions): Tables {
  let engine: TableEngine | null = null;
  let open: TableWork | null = null;
  let turn: Promise<unknown> = Promise.resolve();

  /** One at a time, in order. */
  function inTurn<T>(act: (engine: TableEngine) => Promise<T>): Promise<T> {
    const mine = turn.then(async () => {
      engine ??= await begin();
      return act(engine);
    });
    turn = mine.catch(() => undefined);
    return mine;
  }

  async function begin(): Promise<TableEngine> {
    const started = startTables(options);
    const owner = world.state.roles.find(({ superuser }) => superuser)?.name ?? 'postgres';
    const asked = serverItself(world, owner);
    await started.run(overlayText(asked));
    await started.run(rolesText(world.state));
    if (options.seed !== undefined) {
      await started.run(
        setupText(
          asked,
          overlayValues(asked, [], () => []),
          false,
        ),
      );
      for (const { text } of statementsOf(options.seed)) await started.run(text);
      await started.run(RESET);
    }
    return started;
  }

  const valuesOf = ({ asked, statement }: TableStatement) =>
    overlayValues(asked, statement.tokens, (pid) => blockersOf(world.state, pid));

  const perform = ({ parameters, statement }: TableStatement, on: TableEngine) =>
    on.run(overlaid(statement.text, statement.tokens), parameters);

  async function leave(on: TableEngine): Promise<void> {
    if (open !== null) await on.run('ROLLBACK');
    open = null;
  }

  /** Lets a transaction be where it was. */
  async function enter(work: TableWork, one: TableStatement, on: TableEngine): Promise<void> {
    if (open === work) {
      await on.run(setupText(one.asked, valuesOf(one), true));
      return;
    }
    await leave(on);
    await on.run(work.readOnly() ? 'BEGIN READ ONLY' : 'BEGIN');
    open = work;
    for (const before of work.done) {
      await on.run(setupText(before.asked, valuesOf(before), true));
      await perform(before, on);
    }
    await on.run(setupText(one.asked, valuesOf(one), true));
  }

  return {
    run: (work, one) =>
      inTurn(async (on) => {
        try {
          await enter(work, one, on);
          const outcome = await perform(one, on);
          if (one.writes) work.done.push(one);
          return outcome;
        } catch (thrown) {
          await leave(on);
          throw thrown;
        }
      }),
    alone: (one) =>
      inTurn(async (on) => {
        await leave(on);
        await on.run(setupText(one.asked, valuesOf(one), false));
        try {
          return await perform(one, on);
        } finally {
          await on.run(RESET);
        }
      }),
    async commit(work) {
      const last = work.done.at(-1);
      if (last === undefined) return;
      await inTurn(async (on) => {
        if (open !== work) await enter(work, last, on);
        await on.run('COMMIT');
        await on.run('SELECT pg_stat_force_next_flush()');
        open = null;
      });
    },
    async rollback(work) {
      if (engine === null) return;
      await inTurn(async (on) => {
        if (open === work) await leave(on);
      });
    },
    warm: () => inTurn(async () => {}),
    async atRest() {
      for (let last = null; last !== turn; ) {
        last = turn;
        await turn;
      }
    },
    async own(text) {
      if (engine === null) return;
      await inTurn(async (on) => {
        await leave(on);
        await on.run(text);
      });
    },
    async close() {
      await turn;
      await engine?.close();
      engine = null;
      open = null;
    },
  };
}

const RESET = 'RESET SESSION AUTHORIZATION; RESET ALL';

/** The server as who asks, before anybody else does. */
function serverItself(world: DatabaseWorld, user: string): Asked {
  const database = world.state.databases[0]?.name ?? 'postgres';
  const { settings } = world.state;
  const viewer = { pid: 0, user, database, transactionStart: world.now(), settings, set: () => {} };
  return { world, viewer };
}
