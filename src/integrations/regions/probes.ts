import * as z from 'zod';
import type { RegionStanding } from '../../domain/fleet.ts';
import type { Need, Probe } from '../contract.ts';
import { defineProbe } from '../contract.ts';

/** The regions of the configuration, as seen from this host. */
export interface OtherRegions {
  /** All of them, the one that is asked for others included. */
  names(): Promise<readonly string[]>;
  /** How each of them stands; those that are not known yet are given a moment. */
  standings(signal: AbortSignal): Promise<readonly RegionStanding[]>;
}

const standing = z.object({
  name: z.string(),
  system: z.string().nullable(),
  /** `alive`, `partly` when some of its sources answer, `lost`, or `connecting` while it is not known. */
  reach: z.enum(['connecting', 'alive', 'partly', 'lost']),
  /** It answers whole, and no alert fires there or is about to. */
  healthy: z.boolean(),
  /** Its most severe alert, firing before pending; null when there is none. */
  worst: z
    .object({ name: z.string(), severity: z.string(), firing: z.boolean(), summary: z.string() })
    .nullable(),
  /** Alerts that fire. */
  firing: z.number(),
  breakersOpen: z.number(),
  /** The largest lag of replication that its databases tell. */
  lagMs: z.number().nullable(),
  /** When the first of its certificates ends, epoch ms. */
  certificateEnds: z.number().nullable(),
  versions: z.array(z.string()),
  /** How old the newest of this is; null when nothing of the region has been seen. */
  ageMs: z.number().nullable(),
  /** Why it does not answer. */
  error: z.string().nullable(),
});

function toRow(one: RegionStanding, now: number): z.output<typeof standing> {
  const { breakers, certificateEnds, error, firing, lagMs, name, observedAt, reach, system } = one;
  const worst = one.worst === null ? null : { ...one.worst };
  return {
    name,
    system,
    reach,
    healthy: reach === 'alive' && worst === null,
    worst,
    firing,
    breakersOpen: breakers.open,
    lagMs,
    certificateEnds,
    versions: [...one.versions],
    ageMs: observedAt === null ? null : Math.max(0, now - observedAt),
    error: error?.message ?? null,
  };
}

async function needs(others: OtherRegions): Promise<readonly Need[]> {
  const names = await others.names();
  const what = 'regions in the configuration';
  if (names.length > 1) return [{ what, found: names.join(', '), state: 'ok', suggestion: null }];
  const suggestion = 'it names one region only: add the others to its regions';
  return [{ what, found: names[0] ?? null, state: 'missing', suggestion }];
}

/**
 * `regions.standing`: how the other regions of the configuration stand, as panel 0 shows them. They are
 * watched lightly: `ageMs` tells how old each word is.
 */
function standingProbe(others: OtherRegions): Probe {
  return defineProbe({
    id: 'regions.standing',
    title: 'How the other regions stand',
    input: z.strictObject({
      region: z.string().min(1).optional().describe('this one only'),
    }),
    result: z.object({
      /** The others, those of the same system first. */
      regions: z.array(standing),
      /** The first of them that is healthy, by its name; null when none is. */
      healthy: z.string().nullable(),
      /** How many there are, and how many of them do not answer. */
      others: z.number(),
      lost: z.number(),
      /** The region this is asked in. */
      current: standing.nullable(),
    }),
    command: ({ region }) =>
      region === undefined ? 'opsconsole, panel 0' : `opsconsole --region ${region} status`,
    needs: () => needs(others),
    async read({ region }, { clock, signal }) {
      const all = await others.standings(signal);
      const own = all.find(({ current }) => current) ?? null;
      const asked = all.filter((one) =>
        region === undefined ? !one.current : one.name === region,
      );
      const now = clock.now();
      const rows = asked
        .map((one) => toRow(one, now))
        .sort((a, b) => Number(b.system === own?.system) - Number(a.system === own?.system));
      return {
        regions: rows,
        healthy: rows.find(({ healthy }) => healthy)?.name ?? null,
        others: rows.length,
        lost: rows.filter(({ reach }) => reach === 'lost').length,
        current: own === null ? null : toRow(own, now),
      };
    },
  });
}

/** The probes over the other regions of the configuration. */
export function regionsProbes(others: OtherRegions): Probe[] {
  return [standingProbe(others)];
}
