import type { z } from 'zod';
import type { Origin, RegionDefinitions } from './plan.ts';
import type { dockerSchemas, hostSchema, listSchemas, onlySchemas, RegionHead } from './schema.ts';

/** A section's entry that knows where it stands. */
export interface Entry<T> {
  readonly value: T;
  /** The entry's own place: `/etc/opsconsole/config.yaml:12:5`. */
  readonly origin: Origin;
  /** The place of the first of these fields that is there; null when none is. */
  at(...fields: readonly string[]): Origin | null;
}

export type ListSection = keyof typeof listSchemas;
export type ListEntry<S extends ListSection> = Entry<z.output<(typeof listSchemas)[S]>>;

export type OnlySection = keyof typeof onlySchemas;
export type OnlyEntry<S extends OnlySection> = Entry<z.output<(typeof onlySchemas)[S]>>;

type Lists = { readonly [S in ListSection]: readonly ListEntry<S>[] };
type Singles = { readonly [S in OnlySection]: OnlyEntry<S> | null };

type Plain = Pick<
  RegionHead,
  'system' | 'project' | 'services' | 'durations' | 'read-only' | 'max-risk' | 'forbid'
>;

/** A region as a configuration file has it, checked, with the places of its values. */
export interface RegionConfig extends Lists, Singles {
  readonly name: string;
  /** The region's own fields. */
  readonly plain: Entry<Plain>;
  /** False: switched off; null: not named. */
  readonly docker: Entry<z.output<typeof dockerSchemas.whole>> | false | null;
  readonly host: Entry<z.output<typeof hostSchema>> | boolean | null;
  readonly definitions: RegionDefinitions | null;
}
