import type { Fault } from '../world/fault.ts';
import type { SystemDescription } from '../world/system.ts';
import { falcon } from './falcon.ts';
import { falconFaults } from './falcon-faults.ts';
import { falconRareFaults } from './falcon-rare-faults.ts';
import { featuresignals, featuresignalsStandby } from './featuresignals.ts';
import { featuresignalsFaults } from './featuresignals-faults.ts';
import { saasguard } from './saasguard.ts';
import { saasguardFaults } from './saasguard-faults.ts';

/** A system that can be simulated, and what can break in it. */
export interface Simulated {
  readonly description: SystemDescription;
  readonly faults: readonly Fault[];
  /** How the region is called where others stand beside it. */
  readonly region?: string;
  readonly neighbours?: readonly Neighbour[];
}

/** Another place in the same process. */
interface Neighbour {
  readonly name: string;
  readonly description: SystemDescription;
  /** `region`: a console can look at it; `standby`: its database follows that of the region. */
  readonly as: 'region' | 'standby';
}

/** The systems that can be simulated, by name. */
const systems: Readonly<Record<string, Simulated>> = {
  falcon: { description: falcon, faults: [...falconFaults, ...falconRareFaults] },
  saasguard: { description: saasguard, faults: saasguardFaults },
  featuresignals: {
    description: featuresignals('eu', true),
    faults: featuresignalsFaults,
    region: 'eu',
    neighbours: [
      { name: 'us', description: featuresignals('us'), as: 'region' },
      { name: 'in', description: featuresignals('in'), as: 'region' },
      { name: 'replica', description: featuresignalsStandby('eu'), as: 'standby' },
    ],
  },
};

/** The system of a name. @throws Error naming those there are */
export function systemOf(name: string): Simulated {
  const found = systems[name];
  if (found !== undefined) return found;
  throw new Error(`${name} cannot be simulated; there is ${Object.keys(systems).join(', ')}`);
}
