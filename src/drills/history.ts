import { readFileSync, renameSync, statSync, writeFileSync } from 'node:fs';
import * as z from 'zod';
import { OperatorError } from '../domain/operator-error.ts';
import { appendLine } from '../files/append-line.ts';
import { drillClasses } from './drill.ts';

const afterMs = z.number().nonnegative();

/** A drill that somebody performed in the console. */
export const drillRecordSchema = z.object({
  id: z.string(),
  class: z.enum(drillClasses).default('acting').describe('How it is to end.'),
  at: z.iso.datetime().describe('When the fault happened.'),
  operator: z.string(),
  result: z
    .enum(['verified', 'ended', 'left'])
    .describe('Ended as its class asks; ended otherwise; left before it was over.'),
  acknowledgedMs: afterMs.nullable().describe('Until a runbook was opened.'),
  leafMs: afterMs.nullable().describe('Until a run came to the leaf.'),
  verifiedMs: afterMs.nullable().describe('Until the run ended there as its class asks.'),
  targetMs: z.number().nullable().describe('Within which the runbook has it mended.'),
  wrongTurns: z.array(
    z.object({
      kind: z.enum(['leaf', 'remedy', 'back']),
      afterMs,
      runbook: z.string(),
      step: z.string(),
    }),
  ),
  seed: z.number(),
  journal: z
    .string()
    .describe('The file of its record, until ten more of the same drill were performed.'),
});

export type DrillRecord = z.output<typeof drillRecordSchema>;

/** What stands in the history, oldest first. */
export interface DrillHistory {
  readonly records: readonly DrillRecord[];
  /** Lines that cannot be read. */
  readonly damaged: number;
}

/** Drills that are remembered; the oldest are forgotten first. */
const RECORDS_MAX = 500;
/** A file that has grown so large is written anew with the newest records alone. */
const HISTORY_BYTES_MAX = 1024 * 1024;

function recordOf(line: string): DrillRecord | null {
  try {
    return drillRecordSchema.safeParse(JSON.parse(line)).data ?? null;
  } catch {
    return null;
  }
}

/**
 * Reads the history. A line that was cut off or altered is left out and counted; all others stand.
 * @throws OperatorError when the file is there and cannot be read
 */
export function readDrillHistory(file: string): DrillHistory {
  if (statSync(file, { throwIfNoEntry: false }) === undefined) return { records: [], damaged: 0 };
  let text: string;
  try {
    text = readFileSync(file, 'utf8');
  } catch (cause) {
    const why = cause instanceof Error ? cause.message : String(cause);
    throw new OperatorError('failed', `The history of drills cannot be read: ${why}`, null, cause);
  }
  const lines = text.split('\n').filter((line) => line !== '');
  const records = lines.map(recordOf).filter((record) => record !== null);
  return { records: records.slice(-RECORDS_MAX), damaged: lines.length - records.length };
}

/**
 * Adds a drill to the history.
 * @throws OperatorError when it cannot be written
 */
export function addToDrillHistory(file: string, record: DrillRecord): void {
  try {
    const size = statSync(file, { throwIfNoEntry: false })?.size ?? 0;
    if (size > HISTORY_BYTES_MAX) {
      const { records } = readDrillHistory(file);
      const kept = [...records.slice(-(RECORDS_MAX - 1)), record];
      writeFileSync(`${file}.new`, kept.map((one) => `${JSON.stringify(one)}\n`).join(''));
      renameSync(`${file}.new`, file);
      return;
    }
    appendLine(file, JSON.stringify(record));
  } catch (cause) {
    if (cause instanceof OperatorError) throw cause;
    const why = cause instanceof Error ? cause.message : String(cause);
    const mend = 'free space, or name another folder with --state';
    throw new OperatorError('failed', `The drill could not be kept: ${why}`, mend, cause);
  }
}
