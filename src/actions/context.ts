import type { Clock } from '../domain/clock.ts';
import type { Operator } from '../domain/operator.ts';
import type { Region } from '../domain/region.ts';
import type { Journal } from '../incidents/journal.ts';
import type { RunContext } from '../integrations/contract.ts';
import type { Catalogue } from '../runbooks/catalogue.ts';

/** What a change needs of the region it is made in. */
export interface ChangeContext {
  readonly clock: Clock;
  readonly region: Region;
  readonly operator: Operator;
  readonly journal: Journal;
  readonly catalogue: Catalogue;
  /** How probes and actions reach the region, for as long as the signal is not aborted. */
  reach(signal: AbortSignal): RunContext;
}
