import type { Probe } from '../contract.ts';
import { queryProbe } from './probe-query.ts';
import { readyProbe } from './probe-ready.ts';
import { sessionsProbe, slowProbe } from './probe-sessions.ts';
import { countProbe, sizeProbe } from './probe-tables.ts';
import type { PostgresServers } from './role.ts';

/** The probes of this integration; `servers` is asked at each use. */
export function postgresProbes(servers: PostgresServers): Probe[] {
  return [
    readyProbe(servers),
    sessionsProbe(servers),
    slowProbe(servers),
    sizeProbe(servers),
    countProbe(servers),
    queryProbe(servers),
  ];
}
