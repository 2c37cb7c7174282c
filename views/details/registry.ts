import { podsTable } from '../../src/console/tables/pods.ts';
import type { PanelId } from '../../src/keymap/commands.ts';
import { alertDetail } from './alert.ts';
import { breakerDetail } from './breaker.ts';
import { cacheDetail } from './cache.ts';
import { checkDetail } from './check.ts';
import { containerDetail } from './container.ts';
import type { AnyDetail } from './detail.ts';
import { detailOf } from './generic.ts';
import { hostDetail } from './host.ts';
import { metricDetail } from './metric.ts';
import { regionDetail } from './region.ts';
import { sessionDetail } from './session.ts';

/** What Enter shows of a row of each panel: a line here is the whole registration. */
export const details: Readonly<Record<PanelId, AnyDetail>> = {
  containers: containerDetail,
  metrics: metricDetail,
  breakers: breakerDetail,
  database: sessionDetail,
  cache: cacheDetail,
  checks: checkDetail,
  host: hostDetail,
  alerts: alertDetail,
  pods: detailOf(podsTable, { columns: [] }),
  regions: regionDetail,
};
