import { isIP } from 'node:net';
import type { OutsidePlan } from '../config/plan.ts';
import { lookUp } from '../integrations/dns/client.ts';
import { readAuthority } from '../integrations/web/authority.ts';
import type { Outside } from '../integrations/web/outside.ts';

const LOOK_UP_MS = 3000;

/** The two parts of `host:port`. */
function partsOf(text: string): { readonly host: string; readonly port: number } {
  const colon = text.lastIndexOf(':');
  return {
    host: text.slice(0, colon).replace(/^\[|\]$/g, ''),
    port: Number(text.slice(colon + 1)),
  };
}

/** How a region is seen from outside, as its configuration says; null where it says nothing. */
export function outsideOf(plan: OutsidePlan | null): Outside | null {
  if (plan === null) return null;
  const { ca, nameServers, routes } = plan;
  const addressOf = async (host: string, signal: AbortSignal): Promise<string> => {
    if (isIP(host) !== 0 || nameServers.length === 0) return host;
    const { addresses } = await lookUp(host, nameServers, LOOK_UP_MS, signal);
    const [first] = addresses;
    if (first !== undefined) return first;
    throw Object.assign(new Error(`${host} stands for no address`), { code: 'ENOTFOUND' });
  };
  return {
    nameServers,
    async place(host, port, signal) {
      const address = await addressOf(host, signal);
      const named = isIP(address) === 6 ? `[${address}]:${port}` : `${address}:${port}`;
      const route = routes[named];
      return route === undefined ? { host: address, port } : partsOf(route);
    },
    authority: () => (ca === null ? null : readAuthority(ca)),
  };
}
