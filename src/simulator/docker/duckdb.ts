import { isKnown } from '../world/programs/saasguard-predict.ts';
import type { Warehouse } from '../world/warehouse.ts';
import { MARTS } from '../world/warehouse.ts';

/** What a question of DuckDB comes to: what the script that asks it prints, or DuckDB's own words. */
export type Answered = { readonly printed: string } | { readonly error: string };

type Ask = (found: RegExpExecArray, warehouse: Warehouse, args: readonly string[]) => Answered;

function rowsOf({ customers, marts }: Warehouse, table: string): number | null {
  if (table === 'raw.customers') return customers;
  for (const key of ['churn', 'expansion'] as const) {
    if (table === `marts.${MARTS[key]}`) return marts[key]?.rows ?? null;
  }
  return null;
}

function counted(warehouse: Warehouse, table: string): Answered {
  const rows = rowsOf(warehouse, table);
  if (rows !== null) return { printed: String(rows) };
  return { error: `Catalog Error: Table with name ${table.split('.')[1]} does not exist!` };
}

/** The tier whose share has moved most, as Python's `json.dumps` writes it. */
function segments({ tiers }: Warehouse): Answered {
  const all = Object.entries(tiers);
  const now = all.reduce((sum, [, tier]) => sum + tier.now, 0);
  const before = all.reduce((sum, [, tier]) => sum + tier.before, 0);
  const moves = all.map(([tier, share]) => {
    return { moved: Math.abs(share.now / now - share.before / before), tier };
  });
  const most = moves.reduce((a, b) => (b.moved > a.moved ? b : a), { moved: 0, tier: '' });
  const { moved, tier } = most;
  return { printed: `{"moved": ${moved}, "tier": "${tier}", "customers": ${now}}` };
}

/** The questions that scripts ask, by what stands in their SQL. */
const ASKS: readonly (readonly [RegExp, Ask])[] = [
  [
    /FROM raw\.customers WHERE customer_id = \?/,
    (_found, { customers }, [customer = '']) => {
      const rows = isKnown(customer, customers) ? 1 : 0;
      return { printed: `{"customer": ${JSON.stringify(customer)}, "rows": ${rows}}` };
    },
  ],
  [/plan_tier[\s\S]+GROUP BY plan_tier/, (_found, warehouse) => segments(warehouse)],
  [
    /information_schema\.tables[\s\S]+dbt_test__audit/,
    (_found, { audits }) => ({ printed: String(audits.length) }),
  ],
  [
    /SELECT count\(\*\) FROM marts\." \+ sys\.argv\[1\]/,
    (_found, warehouse, [table = '']) => counted(warehouse, `marts.${table}`),
  ],
  [/SELECT count\(\*\) FROM (\w+\.\w+)/i, (found, warehouse) => counted(warehouse, found[1] ?? '')],
];

/** What a script of Python that asks DuckDB prints; null where the question is not known. */
export function askWarehouse(
  script: string,
  args: readonly string[],
  warehouse: Warehouse,
): Answered | null {
  for (const [pattern, ask] of ASKS) {
    const found = pattern.exec(script);
    if (found !== null) return ask(found, warehouse, args);
  }
  return null;
}
