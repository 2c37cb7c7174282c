import type { Backend } from '../backend/backend.ts';
import type { Outcome } from '../backend/outcome.ts';
import { describeFromWorld } from '../catalogue/answer.ts';
import { type Statement, statementsOf } from '../sql/lex.ts';
import { SqlError } from '../sql/sql-error.ts';
import { RefusedByTables } from '../tables/engine.ts';
import { Body, type Incoming } from '../wire/incoming.ts';
import * as say from '../wire/messages.ts';

interface Prepared {
  readonly text: string;
  readonly statement: Statement | null;
  readonly types: readonly number[];
}

interface Portal {
  readonly prepared: Prepared;
  readonly values: readonly (string | null)[];
  /** What it gave, once it was asked; rows are taken from its start. */
  outcome: Outcome | null;
  taken: number;
}

const TEXT_OID = 25;

/** An answer that refuses, as it is sent. */
export function refusal(thrown: unknown): Buffer {
  if (thrown instanceof RefusedByTables) return thrown.raw;
  const error =
    thrown instanceof SqlError
      ? thrown
      : new SqlError('XX000', thrown instanceof Error ? thrown.message : String(thrown));
  const { code, message, severity } = error;
  return say.errorResponse({ code, message, severity });
}

const isFatal = (thrown: unknown): boolean =>
  thrown instanceof SqlError && thrown.severity === 'FATAL';

/** What a client and its backend say to each other once it is let in. */
export class Conversation {
  readonly #backend: Backend;
  readonly #send: (...messages: readonly Buffer[]) => void;
  readonly #log: (line: string) => void;
  readonly #prepared = new Map<string, Prepared>();
  readonly #portals = new Map<string, Portal>();
  /** After an error, until the client says Sync. */
  #skipping = false;

  constructor(
    backend: Backend,
    send: (...messages: readonly Buffer[]) => void,
    log: (line: string) => void,
  ) {
    this.#backend = backend;
    this.#log = log;
    this.#send = send;
  }

  ready(): void {
    this.#backend.rests();
    this.#send(say.readyForQuery(this.#backend.status));
  }

  /**
   * Answers one message.
   * @throws SqlError when the connection ends by it
   */
  async take({ body, type }: Incoming): Promise<void> {
    if (type === 'S') return await this.#sync();
    if (this.#skipping) return;
    if (type === 'Q') return await this.#query(new Body(body).text());
    try {
      await this.#extended(type, new Body(body));
    } catch (thrown) {
      if (isFatal(thrown)) throw thrown;
      await this.#refuse(thrown);
      this.#skipping = true;
    }
  }

  async #refuse(thrown: unknown): Promise<void> {
    this.#send(refusal(thrown));
    if (thrown instanceof Error) this.#log(`ERROR:  ${thrown.message}`);
    await this.#backend.fail();
  }

  async #sync(): Promise<void> {
    try {
      if (!this.#skipping) await this.#backend.endImplicit();
    } catch (thrown) {
      await this.#refuse(thrown);
    }
    this.#skipping = false;
    if (this.#backend.status === 'I') this.#portals.clear();
    this.ready();
  }

  async #query(text: string): Promise<void> {
    const backend = this.#backend;
    backend.begins(text);
    try {
      const statements = statementsOf(text);
      if (statements.length === 0) this.#send(say.emptyQuery);
      for (const [place, statement] of statements.entries()) {
        const outcome = await backend.run(statement, undefined);
        // What the last statement gave is told once it holds.
        if (place === statements.length - 1) await backend.endImplicit();
        this.#tell(outcome, outcome.rows, outcome.description);
      }
    } catch (thrown) {
      if (isFatal(thrown)) throw thrown;
      await this.#refuse(thrown);
    }
    this.ready();
  }

  #tell(outcome: Outcome, rows: readonly Buffer[], description: Buffer | null): void {
    const described = description === null ? [] : [description];
    this.#send(...outcome.notices, ...described, ...rows, say.commandComplete(outcome.tag));
  }

  async #extended(type: string, body: Body): Promise<void> {
    switch (type) {
      case 'P':
        return this.#parse(body);
      case 'B':
        return this.#bind(body);
      case 'D':
        return await this.#describe(body);
      case 'E':
        return await this.#execute(body);
      case 'C':
        return this.#close(body);
      case 'H':
        return;
      default:
        throw new SqlError('08P01', `invalid frontend message type ${type.charCodeAt(0)}`, 'FATAL');
    }
  }

  #parse(body: Body): void {
    const name = body.text();
    const text = body.text();
    const types = Array.from({ length: body.int16() }, () => body.int32());
    const statements = statementsOf(text);
    if (statements.length > 1) {
      throw new SqlError('42601', 'cannot insert multiple commands into a prepared statement');
    }
    this.#prepared.set(name, { text, statement: statements[0] ?? null, types });
    this.#send(say.parseComplete);
  }

  #bind(body: Body): void {
    const portal = body.text();
    const name = body.text();
    const prepared = this.#prepared.get(name);
    if (prepared === undefined) {
      throw new SqlError('26000', `prepared statement "${name}" does not exist`);
    }
    const formats = Array.from({ length: body.int16() }, () => body.int16());
    const values = Array.from({ length: body.int16() }, () => {
      const length = body.int32();
      return length < 0 ? null : body.bytes(length).toString('utf8');
    });
    if (formats.includes(1)) {
      throw new SqlError('0A000', 'the simulated server takes values as text only');
    }
    this.#portals.set(portal, { prepared, values, outcome: null, taken: 0 });
    this.#send(say.bindComplete);
  }

  #portal(name: string): Portal {
    const portal = this.#portals.get(name);
    if (portal === undefined) throw new SqlError('34000', `portal "${name}" does not exist`);
    return portal;
  }

  /** What a portal gives; asked once, whether it is described or executed first. */
  async #outcome(portal: Portal): Promise<Outcome | null> {
    const { prepared, values } = portal;
    if (portal.outcome !== null || prepared.statement === null) return portal.outcome;
    this.#backend.begins(prepared.text);
    portal.outcome = await this.#backend.run(prepared.statement, values);
    return portal.outcome;
  }

  async #describe(body: Body): Promise<void> {
    const [kind, name] = [body.bytes(1).toString('latin1'), body.text()];
    if (kind === 'P') {
      const outcome = await this.#outcome(this.#portal(name));
      this.#send(outcome?.description ?? say.noData);
      return;
    }
    const prepared = this.#prepared.get(name);
    if (prepared === undefined) {
      throw new SqlError('26000', `prepared statement "${name}" does not exist`);
    }
    const { statement, types } = prepared;
    const last = Math.max(
      0,
      ...(statement?.tokens ?? []).flatMap(({ kind: one, text }) =>
        one === 'param' ? [Number(text)] : [],
      ),
    );
    const oids = Array.from({ length: last }, (_, place) => types[place] || TEXT_OID);
    const columns =
      statement === null ? null : describeFromWorld(this.#backend.asked(), statement.tokens, last);
    this.#send(
      say.parameterDescription(oids),
      columns === null ? say.noData : say.rowDescription(columns),
    );
  }

  async #execute(body: Body): Promise<void> {
    const portal = this.#portal(body.text());
    const most = body.int32();
    const outcome = await this.#outcome(portal);
    if (outcome === null) {
      this.#send(say.emptyQuery);
      return;
    }
    const end = most > 0 ? portal.taken + most : outcome.rows.length;
    const rows = outcome.rows.slice(portal.taken, end);
    portal.taken = end;
    if (end < outcome.rows.length) this.#send(...rows, say.portalSuspended);
    else this.#tell(outcome, rows, null);
  }

  #close(body: Body): void {
    const kind = body.bytes(1).toString('latin1');
    const name = body.text();
    if (kind === 'P') this.#portals.delete(name);
    else this.#prepared.delete(name);
    this.#send(say.closeComplete);
  }
}
