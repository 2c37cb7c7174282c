import type { Fault } from '../world/fault.ts';
import type { SystemDescription } from '../world/system.ts';
import { falcon } from './falcon.ts';
import { falconFaults } from './falcon-faults.ts';

/** A system that can be simulated, and what can break in it. */
interface Simulated {
  readonly description: SystemDescription;
  readonly faults: readonly Fault[];
}

/** The systems that can be simulated, by name. */
export const systems: Readonly<Record<string, Simulated>> = {
  falcon: { description: falcon, faults: falconFaults },
};
