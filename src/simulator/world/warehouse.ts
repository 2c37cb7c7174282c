import { type Change, refuse, type Told } from './change.ts';
import type { World } from './world.ts';

/** How the values of a feature lie: as of a normal distribution. */
export interface Spread {
  readonly mean: number;
  readonly sd: number;
}

export type Spreads = Readonly<Record<string, Spread>>;

/** A table that dbt has built. */
export interface Mart {
  readonly builtAt: number;
  readonly rows: number;
  readonly features: Spreads;
}

/** The tables of which predictions are made, by what they are for. */
export type MartKey = 'churn' | 'expansion';

/** What an analytical database in one file holds. */
export interface Warehouse {
  readonly customers: number;
  /** Customers of each tier: now, and of those who signed up more than 30 days ago. */
  readonly tiers: Readonly<Record<string, { readonly now: number; readonly before: number }>>;
  /** The features as the raw tables have them. */
  readonly raw: Spreads;
  readonly marts: Readonly<Record<MartKey, Mart | null>>;
  /** A column of the raw tables that holds rows it must not, and how many; null where all are sound. */
  readonly unsound: { readonly column: string; readonly rows: number } | null;
  /** Tables of failing rows that were kept. */
  readonly audits: readonly string[];
  /** The program that has it open for writing, and lets nobody else in; null where there is none. */
  readonly heldBy: string | null;
  /** Its file on the host, and when a program last wrote it; null where none has since it was put there. */
  readonly written: { readonly path: string; readonly at: number } | null;
  /** How many times as many events as usual have to be read. */
  readonly bulk: number;
}

/** What changes a warehouse. */
export type WarehouseChange =
  | {
      readonly kind: 'set';
      readonly patch: Partial<Pick<Warehouse, 'unsound' | 'heldBy' | 'bulk' | 'tiers'>>;
    }
  /** Features move by so many of their standard deviations, in the raw tables or in the marts alone. */
  | {
      readonly kind: 'shift';
      readonly where: 'raw' | 'marts';
      readonly features: Readonly<Record<string, number>>;
    }
  | { readonly kind: 'drop'; readonly mart: MartKey };

export const MARTS: Readonly<Record<MartKey, string>> = {
  churn: 'mart_customer_churn_features',
  expansion: 'mart_customer_expansion_features',
};

function moved(spreads: Spreads, by: Readonly<Record<string, number>>): Spreads {
  const entries = Object.entries(spreads).map(([name, { mean, sd }]) => {
    return [name, { mean: mean + (by[name] ?? 0) * sd, sd }] as const;
  });
  return Object.fromEntries(entries);
}

/** A mart of what the raw tables hold now. */
export function builtMart({ customers, raw }: Warehouse, builtAt: number): Mart {
  return { builtAt, rows: customers, features: raw };
}

function changed(warehouse: Warehouse, change: WarehouseChange): Warehouse {
  switch (change.kind) {
    case 'set':
      return { ...warehouse, ...change.patch };
    case 'drop':
      return { ...warehouse, marts: { ...warehouse.marts, [change.mart]: null } };
    case 'shift': {
      const { marts, raw } = warehouse;
      if (change.where === 'raw') return { ...warehouse, raw: moved(raw, change.features) };
      const shifted = (mart: Mart | null) =>
        mart === null ? null : { ...mart, features: moved(mart.features, change.features) };
      return {
        ...warehouse,
        marts: { churn: shifted(marts.churn), expansion: shifted(marts.expansion) },
      };
    }
  }
}

/** Applies a change of the warehouse; null where it is about something else. */
export function applyToWarehouse(world: World, change: Change): Told | null {
  if (change.kind !== 'warehouse') return null;
  if (world.warehouse === null) return refuse(404, 'this system has no warehouse');
  world.warehouse = changed(world.warehouse, change.change);
  return {};
}
