import type { Probe } from '../contract.ts';
import { diskProbe } from './disk-probe.ts';
import { filesProbe } from './files-probe.ts';
import type { HostAccess } from './here.ts';
import { portOwnerProbe } from './port-owner-probe.ts';

/** The probes of this integration. They read the host that the program runs on, and no other. */
export function hostProbes(host: HostAccess): Probe[] {
  return [diskProbe(host), portOwnerProbe(host), filesProbe(host)];
}
