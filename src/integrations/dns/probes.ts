import * as z from 'zod';
import { sanitizeLine } from '../../domain/sanitize.ts';
import { shellWords } from '../../domain/shell-word.ts';
import type { Probe } from '../contract.ts';
import { defineProbe } from '../contract.ts';
import { asEverybody, type GetOutside } from '../web/outside.ts';
import { lookUp } from './client.ts';

const TIMEOUT_MS = 6000;

/** `dns.lookup`: the addresses a name stands for, asked of the name servers and not of this host's cache. */
function lookupProbe(outside: GetOutside): Probe {
  return defineProbe({
    id: 'dns.lookup',
    title: 'Addresses of a name',
    input: z.strictObject({
      name: z
        .string()
        .max(253)
        .regex(/^[\dA-Za-z_](?:[\w.-]*\w)?$/, 'must be a host name'),
      server: z
        .string()
        .regex(/^(?:\d{1,3}(?:\.\d{1,3}){3}(?::\d{1,5})?|\[?[\da-fA-F:]+\]?(?::\d{1,5})?)$/)
        .optional()
        .describe(
          'the address of a name server; those of the region, else of this host, when not given',
        ),
    }),
    result: z.object({
      /** It stands for an address. */
      found: z.boolean(),
      addresses: z.array(z.string()),
      /** How long an answer may be kept. */
      ttlMs: z.number().nullable(),
    }),
    command: ({ name, server }) =>
      shellWords([
        'dig',
        '+short',
        ...(server === undefined ? [] : [`@${server}`]),
        name,
        'A',
        name,
        'AAAA',
      ]),
    async read({ name, server }, { signal }) {
      const servers = server === undefined ? (outside()?.nameServers ?? []) : [server];
      const { addresses, ttlMs } = await lookUp(name, servers, TIMEOUT_MS, signal);
      return { found: addresses.length > 0, addresses: addresses.map(sanitizeLine), ttlMs };
    },
  });
}

/** The probes of this integration. @param outside the name servers that are asked */
export function dnsProbes(outside: GetOutside = asEverybody): Probe[] {
  return [lookupProbe(outside)];
}
