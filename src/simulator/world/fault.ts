import type { Change } from './change.ts';
import type { ProjectFiles } from './system.ts';

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
  /** What changes at the other places at the same time, by their names. */
  readonly elsewhere?: Readonly<Record<string, readonly Change[]>>;
  /** Places whose engines nobody reaches any more, by their names. */
  readonly lost?: readonly string[];
  /** Statements that somebody ran on its tables. */
  readonly sql?: string;
  /** Its runbooks ask for what is in tables, which then are started before it breaks. */
  readonly tables?: boolean;
  /** Lines of `.env` of the project that are written, or taken out where they are null, and the services that are made anew with them. */
  readonly env?: Readonly<Record<string, string | null>>;
  readonly recreate?: readonly string[];
  /** A program of the host that holds a port from then on; `{port}` in the files that are written is its number. */
  readonly program?: string;
  /** That one of them cannot be started is what breaks. */
  readonly failsToStart?: boolean;
  /** How many containers of them there are then, by service. */
  readonly scale?: Readonly<Record<string, number>>;
  /** What happens when that has lasted for so long, ms. */
  readonly later?: { readonly afterMs: number; readonly changes: readonly Change[] };
  /** What goes on behind it, and breaks it again, this often: it cannot be mended from here. */
  readonly again?: { readonly everyMs: number; readonly changes: readonly Change[] };
  /** Files and folders of the project that go, those that are written, and those written when all else is done. */
  readonly removeFiles?: readonly string[];
  readonly files?: ProjectFiles;
  readonly thenFiles?: ProjectFiles;
}
