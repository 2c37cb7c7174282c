import type { RunContext } from '../contract.ts';
import type { PostgresClient } from './client.ts';
import { type Activity, decodeActivity, serverNow } from './decode.ts';
import { ACTIVITY } from './queries.ts';
import { createSkew } from './skew.ts';

/** What the statistics views say, and when that was. */
export interface ActivityNow {
  readonly activity: Activity;
  /** Epoch ms by this host's clock, to which all times in it are shifted. */
  readonly now: number;
}

/** Reads once what the live source reads at every poll. */
export async function readActivity(
  client: PostgresClient,
  { clock, signal }: Pick<RunContext, 'clock' | 'signal'>,
): Promise<ActivityNow> {
  // The first answer's time would include the connection's.
  await client.query('SELECT 1', signal);
  const sentAt = clock.now();
  const results = await client.query(ACTIVITY, signal);
  const now = clock.now();
  const offsetMs = createSkew().observe(serverNow(results, client.where), sentAt, now);
  return { activity: decodeActivity(results, offsetMs, client.where), now };
}
