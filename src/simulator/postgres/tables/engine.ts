import { Worker } from 'node:worker_threads';
import type { Outcome } from '../backend/outcome.ts';
import { SqlError } from '../sql/sql-error.ts';
import { Body, incoming } from '../wire/incoming.ts';

/** The tables' PostgreSQL: one session, one statement after the other. */
export interface TableEngine {
  /**
   * Runs one statement with bound values, or any number without.
   * @returns what the last one gave
   * @throws RefusedByTables with the server's own answer
   */
  run(text: string, parameters?: readonly (string | null)[]): Promise<Outcome>;
  close(): Promise<void>;
}

/** An error as the tables' PostgreSQL put it, with its hints and places. */
export class RefusedByTables extends SqlError {
  readonly raw: Buffer;

  constructor(raw: Buffer) {
    const fields = fieldsOf(raw.subarray(5));
    super(fields.get('C') ?? 'XX000', fields.get('M') ?? 'unknown error');
    this.raw = raw;
  }
}

function fieldsOf(bytes: Buffer): ReadonlyMap<string, string> {
  const body = new Body(bytes);
  const fields = new Map<string, string>();
  while (body.left > 1) {
    const text = body.text();
    fields.set(text.slice(0, 1), text.slice(1));
  }
  return fields;
}

const text = (value: string) => Buffer.from(`${value}\0`);

function message(type: string, ...parts: readonly Buffer[]): Buffer {
  const length = Buffer.alloc(4);
  length.writeInt32BE(parts.reduce((sum, part) => sum + part.length, 4));
  return Buffer.concat([Buffer.from(type), length, ...parts]);
}

function int16(value: number): Buffer {
  const buffer = Buffer.alloc(2);
  buffer.writeInt16BE(value);
  return buffer;
}

function bound(value: string | null): Buffer {
  const bytes = value === null ? Buffer.alloc(0) : Buffer.from(value);
  const length = Buffer.alloc(4);
  length.writeInt32BE(value === null ? -1 : bytes.length);
  return Buffer.concat([length, bytes]);
}

/** What the protocol says to run a statement. */
function asked(statement: string, parameters: readonly (string | null)[] | undefined): Buffer {
  if (parameters === undefined) return message('Q', text(statement));
  const values = parameters.map(bound);
  return Buffer.concat([
    message('P', text(''), text(statement), int16(0)),
    message('B', text(''), text(''), int16(0), int16(values.length), ...values, int16(0)),
    message('D', Buffer.from('P'), text('')),
    message('E', text(''), Buffer.alloc(4)),
    message('S'),
  ]);
}

const WHOLE = 5;

function outcomeOf(bytes: Buffer): Outcome {
  const answers = incoming();
  answers.add(bytes);
  let description: Buffer | null = null;
  let rows: Buffer[] = [];
  let tag = '';
  const notices: Buffer[] = [];
  for (let place = 0, one = answers.next(true); one !== null; one = answers.next(true)) {
    const raw = bytes.subarray(place, place + one.body.length + WHOLE);
    place += raw.length;
    if (one.type === 'E') throw new RefusedByTables(raw);
    if (one.type === 'N') notices.push(raw);
    if (one.type === 'D') rows.push(raw);
    if (one.type === 'T') {
      description = raw;
      rows = [];
    }
    if (one.type === 'C') tag = new Body(one.body).text();
  }
  return { description, rows, tag, notices };
}

export interface TableStart {
  /** The thread's own program, where it is not beside this file. */
  readonly program?: URL;
  /** Where an empty cluster is kept from one start to the next. */
  readonly cacheFolder?: string;
}

interface Answer {
  readonly id: number;
  readonly bytes?: Uint8Array;
  readonly failed?: string;
}

/**
 * Starts the tables' PostgreSQL in a thread of its own; its first answer comes when it is up.
 */
export function startTables(start: TableStart = {}): TableEngine {
  const { cacheFolder = null, program = new URL('./worker.ts', import.meta.url) } = start;
  const worker = new Worker(program, { workerData: cacheFolder });
  const waiting = new Map<number, (answer: Answer) => void>();
  let lastId = 0;
  let gone: string | null = null;
  const fail = (why: string) => {
    gone = why;
    for (const [id, settle] of waiting) settle({ id, failed: why });
    waiting.clear();
  };
  worker.on('message', (answer: Answer) => {
    waiting.get(answer.id)?.(answer);
    waiting.delete(answer.id);
  });
  worker.on('error', (error) => fail(error instanceof Error ? error.message : String(error)));
  worker.on('exit', () => fail('the tables are closed'));
  // It must not keep a simulator alive whose servers are closed.
  worker.unref();

  const answered = (id: number) =>
    new Promise<Answer>((resolve) => {
      if (gone !== null) resolve({ id, failed: gone });
      else waiting.set(id, resolve);
    });
  const started = answered(0);
  return {
    async run(statement, parameters) {
      const { failed } = await started;
      if (failed !== undefined) throw new SqlError('58000', `the tables do not start: ${failed}`);
      lastId += 1;
      const answer = answered(lastId);
      worker.postMessage({ id: lastId, bytes: asked(statement, parameters) });
      const { bytes, failed: broken } = await answer;
      if (bytes === undefined) throw new SqlError('XX000', broken ?? 'the tables do not answer');
      return outcomeOf(Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength));
    },
    async close() {
      await worker.terminate();
    },
  };
}
