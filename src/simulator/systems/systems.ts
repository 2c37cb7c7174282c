import type { Fault } from '../world/fault.ts';
import type { SystemDescription } from '../world/system.ts';
import { falcon } from './falcon.ts';
import { falconFaults } from './falcon-faults.ts';
import { saasguard } from './saasguard.ts';
import { saasguardFaults } from './saasguard-faults.ts';

/** A system that can be simulated, and what can break in it. */
export interface Simulated {
  readonly description: SystemDescription;
  readonly faults: readonly Fault[];
}

/** The systems that can be simulated, by name. */
const systems: Readonly<Record<string, Simulated>> = {
  falcon: { description: falcon, faults: falconFaults },
  saasguard: { description: saasguard, faults: saasguardFaults },
};

/** The system of a name. @throws Error naming those there are */
export function systemOf(name: string): Simulated {
  const found = systems[name];
  if (found !== undefined) return found;
  throw new Error(`${name} cannot be simulated; there is ${Object.keys(systems).join(', ')}`);
}
