import type { Cache } from './cache.ts';
import type { Certificate } from './certificate.ts';
import type { Check } from './check.ts';
import type { ComposeService } from './compose.ts';
import type { Container, ContainerUsage } from './container.ts';
import type { Database } from './database.ts';
import type { RegionStanding } from './fleet.ts';
import type { Host } from './host.ts';
import type { MetricSnapshot } from './metrics.ts';
import type { Notice } from './notice.ts';

/** Every kind of fact a source can bring, by the name used in `Source.kind`. */
interface FactKinds {
  containers: readonly Container[];
  usage: readonly ContainerUsage[];
  /** What the compose files declare, against what runs. */
  compose: readonly ComposeService[];
  cache: Cache;
  metrics: MetricSnapshot;
  check: Check;
  certificate: Certificate;
  database: Database;
  host: Host;
  /** Alerts of an Alertmanager. */
  notices: readonly Notice[];
  /** The regions of the configuration, this one included. */
  regions: readonly RegionStanding[];
}

export type FactKind = keyof FactKinds;
export type FactOf<K extends FactKind> = FactKinds[K];

/** A fact with the moment it was observed, epoch ms. */
export interface Observed<T> {
  readonly value: T;
  readonly observedAt: number;
}
