import { type Clock, systemClock } from '../../domain/clock.ts';
import type { Source } from '../../domain/source.ts';
import { steadyMs } from '../../domain/time-limit.ts';
import type { PostgresAddress, PostgresClient, PostgresTls } from './client.ts';
import { decodeActivity, serverNow } from './decode.ts';
import { openPostgres } from './login.ts';
import { ACTIVITY } from './queries.ts';
import { createSkew, type Skew } from './skew.ts';
import { createSlowReader, NOTHING_YET, type Slow } from './slow.ts';

export interface PostgresSourceOptions {
  readonly name: string;
  /** Asked at every new connection: a container that was started again may have a new address. */
  readonly address: () => Promise<PostgresAddress>;
  readonly database: string;
  readonly user: string;
  readonly password?: string;
  /** Where a password is looked up when none is given, e.g. `~/.pgpass`; read at each connection. */
  readonly passwordFile?: string;
  /** `prefer` unless told. */
  readonly tls?: PostgresTls;
  /** The authority's certificate, PEM. */
  readonly ca?: string;
  readonly intervalMs: number;
  readonly timeoutMs: number;
  readonly clock?: Pick<Clock, 'now'>;
}

/** Sizes and statements: what a server must look at files for. */
const SLOW_EVERY_MS = 60_000;
/** A server that needs longer than this share of the limit is not asked for more. */
const STRUGGLING_SHARE = 0.25;
/** Of the limit, for each of the rare statements. */
const SLOW_SHARE = 0.15;

/**
 * What PostgreSQL's statistics views say, over one connection that is kept while it is good and dropped
 * at any failure. Most is read in one round trip; what costs the server more, once a minute.
 */
export function postgresSource(options: PostgresSourceOptions): Source<'database'> {
  const { clock = systemClock, timeoutMs } = options;
  const slowReader = createSlowReader();
  let client: PostgresClient | null = null;
  let skew: Skew = createSkew();
  let slow: Slow = NOTHING_YET;
  let slowAt = Number.NEGATIVE_INFINITY;
  let closed = false;

  const drop = () => {
    client?.close();
    client = null;
  };

  async function connected(signal: AbortSignal): Promise<PostgresClient> {
    if (client?.usable) return client;
    drop();
    const opened = await openPostgres(options, signal);
    client = opened;
    skew = createSkew();
    // The first answer's time would include the connection's.
    await opened.query('SELECT 1', signal);
    return opened;
  }

  async function readSlow(from: PostgresClient, signal: AbortSignal, latencyMs: number) {
    const now = clock.now();
    if (Math.abs(now - slowAt) < SLOW_EVERY_MS || latencyMs > timeoutMs * STRUGGLING_SHARE) return;
    slowAt = now;
    slow = await slowReader.read(from, signal, Math.ceil(timeoutMs * SLOW_SHARE));
  }

  return {
    name: options.name,
    kind: 'database',
    intervalMs: options.intervalMs,
    timeoutMs,
    async poll(signal) {
      try {
        const from = await connected(signal);
        const startedAt = steadyMs();
        const sentAt = clock.now();
        const results = await from.query(ACTIVITY, signal);
        const latencyMs = steadyMs() - startedAt;
        const offsetMs = skew.observe(serverNow(results, from.where), sentAt, clock.now());
        const activity = decodeActivity(results, offsetMs, from.where);
        await readSlow(from, signal, latencyMs);
        const { sizes, statements } = slow;
        return {
          ...activity,
          latencyMs,
          sizes,
          statements,
          notes: [...activity.notes, ...slow.notes],
        };
      } catch (thrown) {
        drop();
        throw thrown;
      } finally {
        if (closed) drop();
      }
    },
    close() {
      closed = true;
      drop();
    },
  };
}
