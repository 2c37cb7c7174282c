import type { ReplicationLink } from '../../domain/database.ts';
import type { Row } from './client.ts';
import { flagOf, numberOf, wordOf, wordOrNull } from './columns.ts';

/** Positions are read one after the other: a standby may seem to be ahead by a little. */
function lagBytes(row: Row, column: string): number | null {
  const bytes = numberOf(row, column);
  return bytes === null ? null : Math.max(0, bytes);
}

/** A standby as its primary sees it, from `pg_stat_replication`. */
export function decodeStandby(row: Row): ReplicationLink {
  const replayLagBytes = lagBytes(row, 'replay_lag');
  // An idle primary tells no time any more.
  const replayLagMs = replayLagBytes === 0 ? 0 : numberOf(row, 'replay_lag_ms');
  return {
    name: wordOf(row, 'application_name') || 'standby',
    state: wordOf(row, 'state') || 'unknown',
    client: wordOrNull(row, 'client'),
    receiveLagBytes: lagBytes(row, 'receive_lag'),
    replayLagBytes,
    replayLagMs: replayLagMs === null ? null : Math.max(0, replayLagMs),
    sync: wordOrNull(row, 'sync_state'),
  };
}

/**
 * How this standby follows, from `pg_stat_wal_receiver`. The time since the last transaction that was
 * replayed is a lag only while something waits to be replayed: on an idle primary it grows for ever.
 * Without a receiver nobody knows what the primary has written since: then it is the most that the lag
 * can be.
 */
export function decodeReceiver(row: Row): ReplicationLink {
  const status = wordOf(row, 'status');
  const caughtUp = flagOf(row, 'caught_up');
  const lagMs = caughtUp && status !== '' ? 0 : numberOf(row, 'replayed_ago');
  const words = [status || 'no receiver', ...(flagOf(row, 'paused') ? ['replay paused'] : [])];
  const host = wordOf(row, 'sender_host');
  const port = wordOf(row, 'sender_port');
  return {
    name: wordOf(row, 'slot_name') || 'receiver',
    state: words.join(', '),
    client: host === '' ? null : host.startsWith('/') ? host : `${host}:${port}`,
    receiveLagBytes: lagBytes(row, 'receive_lag'),
    replayLagBytes: lagBytes(row, 'replay_lag'),
    replayLagMs: lagMs === null ? null : Math.max(0, lagMs),
    sync: null,
  };
}
