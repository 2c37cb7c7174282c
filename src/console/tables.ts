import type { PanelId } from '../keymap/commands.ts';
import type { AnyTable } from './table.ts';
import { alertsTable } from './tables/alerts.ts';
import { breakersTable } from './tables/breakers.ts';
import { cacheTable } from './tables/cache.ts';
import { checksTable } from './tables/checks.ts';
import { containersTable } from './tables/containers.ts';
import { databaseTable } from './tables/database.ts';
import { hostTable } from './tables/host.ts';
import { metricsTable } from './tables/metrics.ts';
import { podsTable } from './tables/pods.ts';
import { regionsTable } from './tables/regions.ts';

/** What each panel lists: a line here is the whole registration. */
export const tables: Readonly<Record<PanelId, AnyTable>> = {
  containers: containersTable,
  metrics: metricsTable,
  breakers: breakersTable,
  database: databaseTable,
  cache: cacheTable,
  checks: checksTable,
  host: hostTable,
  alerts: alertsTable,
  pods: podsTable,
  regions: regionsTable,
};
