import type { Change } from './change.ts';

/**
 * Something that breaks, as data: the changes that break it. Nothing says what mends it: that follows from
 * the world.
 */
export interface Fault {
  readonly id: string;
  /** What happened, in words. */
  readonly title: string;
  /** The container of a change is named by its service. */
  readonly changes: readonly Change[];
  /** Its runbooks ask for what is in tables, which then are started before it breaks. */
  readonly tables?: boolean;
  /** Lines of `.env` of the project that are written, and the services that are made anew with them. */
  readonly env?: Readonly<Record<string, string>>;
  readonly recreate?: readonly string[];
  /** Files of the project's folder that go, and those that are written when all else is done. */
  readonly removeFiles?: readonly string[];
  readonly thenFiles?: Readonly<Record<string, string>>;
}
