import type { NotFound, RegionPlan } from '../config/plan.ts';
import type { Pack } from '../runbooks/pack.ts';

/**
 * What was looked for and is not there, said of a pack's database where only its login is missing: that
 * one has an address, and is not asked in vain.
 */
export function leftOut(plan: RegionPlan, pack: Pack | null): readonly NotFound[] {
  const database = pack?.sources.find(({ kind }) => kind === 'database');
  if (pack === null || database === undefined || plan.databaseCredentials !== null) {
    return plan.notFound;
  }
  const message = `the pack ${pack.system} names ${database.role}, and nothing says its password`;
  const mend =
    plan.name === null
      ? 'export PGPASSWORD=PASSWORD'
      : `add to regions.${plan.name.value}: postgres: {password: env:PGPASSWORD}`;
  return plan.notFound.map((missing) =>
    missing.kind === 'database' ? { ...missing, message, mend } : missing,
  );
}
