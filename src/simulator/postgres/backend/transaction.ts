import type { TableWork } from '../tables/tables.ts';
import type { Outcome } from './outcome.ts';

/** Rows a cursor has, and how many were fetched. */
export interface Cursor {
  readonly outcome: Outcome;
  fetched: number;
  /** False when there were more than the front keeps. */
  readonly whole: boolean;
}

/** A transaction of one session, begun by it or around a single statement. */
export interface Transaction {
  explicit: boolean;
  readonly startedAt: number;
  readOnly: boolean;
  failed: boolean;
  readonly work: TableWork;
  readonly cursors: Map<string, Cursor>;
}

export function newTransaction(startedAt: number, readOnly: boolean): Transaction {
  const transaction: Transaction = {
    explicit: false,
    startedAt,
    readOnly,
    failed: false,
    work: { done: [], readOnly: () => transaction.readOnly },
    cursors: new Map(),
  };
  return transaction;
}
