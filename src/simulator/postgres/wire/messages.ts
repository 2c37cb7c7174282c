import type { Relation } from '../sql/scope.ts';
import { oidOf, sizeOf, textOf } from '../sql/values.ts';

// What a server says, as PostgreSQL's protocol of version 3 writes it.

function int32(value: number): Buffer {
  const buffer = Buffer.alloc(4);
  buffer.writeInt32BE(value | 0);
  return buffer;
}

function int16(value: number): Buffer {
  const buffer = Buffer.alloc(2);
  buffer.writeInt16BE(value);
  return buffer;
}

const text = (value: string) => Buffer.from(`${value.replaceAll('\0', '')}\0`);

/** A message: its type, its length, its body. */
function message(type: string, ...body: readonly Buffer[]): Buffer {
  const length = body.reduce((sum, part) => sum + part.length, 4);
  return Buffer.concat([Buffer.from(type), int32(length), ...body]);
}

export type TransactionStatus = 'I' | 'T' | 'E';

export const authenticationOk = message('R', int32(0));
export const saslMechanisms = message('R', int32(10), text('SCRAM-SHA-256'), Buffer.from([0]));
export const saslContinue = (data: string) => message('R', int32(11), Buffer.from(data));
export const saslFinal = (data: string) => message('R', int32(12), Buffer.from(data));
export const parameterStatus = (name: string, value: string) =>
  message('S', text(name), text(value));
export const backendKey = (pid: number, secret: number) => message('K', int32(pid), int32(secret));
export const readyForQuery = (status: TransactionStatus) => message('Z', Buffer.from(status));
export const parseComplete = message('1');
export const bindComplete = message('2');
export const closeComplete = message('3');
export const noData = message('n');
export const portalSuspended = message('s');
export const emptyQuery = message('I');
export const commandComplete = (tag: string) => message('C', text(tag));

/** The types of a statement's parameters. */
export const parameterDescription = (oids: readonly number[]) =>
  message('t', int16(oids.length), ...oids.map(int32));

export function rowDescription(columns: Relation['columns']): Buffer {
  const parts = columns.flatMap(({ name, type }) => [
    ...[text(name), int32(0), int16(0)],
    ...[int32(oidOf(type)), int16(sizeOf(type)), int32(-1), int16(0)],
  ]);
  return message('T', int16(columns.length), ...parts);
}

/** A row, each cell as the server writes it. */
export function dataRow(cells: readonly (string | null)[]): Buffer {
  const parts = cells.flatMap((cell) => {
    if (cell === null) return [int32(-1)];
    const bytes = Buffer.from(cell);
    return [int32(bytes.length), bytes];
  });
  return message('D', int16(cells.length), ...parts);
}

/** The rows of a relation. */
export const dataRows = ({ columns, rows }: Relation): Buffer[] =>
  rows.map((row) => dataRow(columns.map(({ type }, place) => textOf(row[place] ?? null, type))));

/** A refusal; a `FATAL` one is the last that is said. */
export function errorResponse(error: {
  readonly severity: string;
  readonly code: string;
  readonly message: string;
}): Buffer {
  const { code, message: words, severity } = error;
  const fields = [`S${severity}`, `V${severity}`, `C${code}`, `M${words}`];
  return message('E', ...fields.map(text), Buffer.from([0]));
}
