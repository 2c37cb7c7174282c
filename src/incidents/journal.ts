import type { Operator } from '../domain/operator.ts';
import type { ProcessIdentity } from '../domain/process.ts';
import type { JournalEvent, NewEvent } from './events.ts';

/** Where an event belongs. */
export interface EventScope {
  readonly region: string;
  readonly incident: string;
  readonly run: string | null;
  readonly operator: Operator;
}

/** Who holds a lock or drives a run, and what for. */
export interface Holder {
  readonly operator: string;
  readonly process: ProcessIdentity;
  /** In words: `restarts falcon-redis`. */
  readonly purpose: string;
  readonly intent: string | null;
  readonly since: number;
}

export interface EventQuery {
  readonly incident?: string;
  readonly run?: string;
  /** Only events after this sequence number. */
  readonly after?: number;
  /** Only events of this region. */
  readonly region?: string;
  /** Only events from this time on, epoch ms. */
  readonly since?: number;
  readonly types?: readonly NewEvent['type'][];
}

/** Reads and writes inside one transaction: all of it happens, or none. */
export interface JournalTransaction {
  append(scope: EventScope, events: readonly NewEvent[]): void;
  events(query: EventQuery): readonly JournalEvent[];
  holder(name: string): Holder | null;
  hold(name: string, holder: Holder): void;
  release(name: string): void;
  nextIncidentId(): string;
}

/** Where the chain of hashes breaks. */
interface Integrity {
  readonly intact: boolean;
  /** Events from the first on that fit each other. */
  readonly events: number;
  /** The first event that does not fit the one before, or is missing; null when intact. */
  readonly brokenAt: number | null;
}

/**
 * The record of all incidents: the only truth about runs. Implementations serialize transactions
 * across processes and make an event durable before `transact` returns.
 */
export interface Journal {
  /**
   * What was found wrong with it, in words: when it was opened, and in the background while somebody
   * listens. Null when it is sound as far as is known.
   */
  readonly damage: string | null;
  /** @throws OperatorError when nothing could be written; then nothing was. */
  transact<T>(work: (transaction: JournalTransaction) => T): T;
  /** Of a damaged journal those that can be read. */
  events(query: EventQuery): readonly JournalEvent[];
  /** Who holds a name at this moment; null when nobody does. */
  holder(name: string): Holder | null;
  /** Holds all events against each other, now. */
  verify(): Integrity;
  /** Calls back after another process or this one has written. Costs nothing while nobody listens. */
  onChange(listener: () => void): () => void;
  close(): void;
}
