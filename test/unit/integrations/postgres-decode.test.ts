import { expect, it } from 'vitest';
import {
  decodeActivity,
  decodeSession,
  serverNow,
} from '../../../src/integrations/postgres/decode.ts';
import {
  decodeReceiver,
  decodeStandby,
} from '../../../src/integrations/postgres/decode-replication.ts';
import { postgresFailure } from '../../../src/integrations/postgres/failure.ts';
import { attackBytes, attacked } from '../../harness/rogue.ts';

const hex = (text: string) => `\\x${Buffer.from(text).toString('hex')}`;

it('identifies a session by pid and start, and shifts its times', () => {
  const row = {
    pid: '4711',
    backend_start: '1000',
    backend_start_text: '2026-01-01 00:00:01.5+00',
    state: 'active',
    xact_start: '2000',
    query_start: null,
    query: 'SELECT 1\n  FROM t',
    blockers: '7,7,9',
  };
  expect(decodeSession(row, 500)).toMatchObject({
    id: '4711 2026-01-01 00:00:01.5+00',
    backendStart: 1500,
    transactionStart: 2500,
    queryStart: null,
    query: 'SELECT 1\n  FROM t',
    blockedBy: [7, 9],
    client: null,
  });
});

it('tells a state it does not know, and hides nothing behind a made-up one', () => {
  expect(decodeSession({ pid: '1', state: null }, 0)).toMatchObject({
    state: 'unknown',
    backendStart: null,
    backendStartText: null,
  });
  expect(decodeSession({ pid: '1', state: 'new in 19' }, 0).state).toBe('unknown');
  expect(decodeSession({ pid: '1', query: '<insufficient privilege>' }, 0).query).toBe('');
});

it('marks a query that was cut, and drops the half of a character', () => {
  const bytes = `\\x${Buffer.from('SELECT é').subarray(0, -1).toString('hex')}`;
  expect(decodeSession({ query: null, query_bytes: bytes }, 0).query).toBe('SELECT …');
  expect(decodeSession({ query: null, query_bytes: hex('SELECT é') }, 0).query).toBe('SELECT é…');
});

it('brings no control sequence from any column', () => {
  const columns = ['usename', 'datname', 'application_name', 'client', 'wait_event', 'query'];
  const row = Object.fromEntries(columns.map((name) => [name, attacked(name)]));
  const text = JSON.stringify([
    decodeSession(row, 0),
    decodeStandby({ application_name: attacked('a'), state: attacked('s'), client: attacked('c') }),
    decodeReceiver({ status: attacked('s'), slot_name: attacked('n'), sender_host: attacked('h') }),
    postgresFailure(new Error(attacked('why')), 'db:1').message,
  ]);
  for (const bytes of attackBytes) expect(text).not.toContain(JSON.stringify(bytes).slice(1, -1));
});

it('takes the reservations of 16 and later along, and says what is missing', () => {
  const server = { now: '5', version: '12.1', version_number: '120001', in_recovery: 'f' };
  const answer = [[{ ...server, max_connections: '100' }], [{ used: '3', waiting: '150' }], []];
  const { notes, maxConnections, connectionsUsed } = decodeActivity(answer, 0, 'db:1');
  expect([maxConnections, connectionsUsed]).toEqual([100, 3]);
  expect(notes).toEqual([
    expect.stringContaining('grant it pg_monitor'),
    expect.stringContaining('older than 13'),
    expect.stringContaining('150 wait for a lock'),
  ]);
  expect(serverNow(answer, 'db:1')).toBe(5);
  expect(() => serverNow([], 'db:1')).toThrow('no PostgreSQL');
  expect(() => decodeActivity([[]], 0, 'db:1')).toThrow('no PostgreSQL');
});

it('knows no lag of an idle primary, and the most it can be without a receiver', () => {
  const idle = { status: 'streaming', caught_up: 't', replayed_ago: '90000', replay_lag: '0' };
  expect(decodeReceiver(idle)).toMatchObject({ state: 'streaming', replayLagMs: 0 });
  expect(decodeReceiver({ ...idle, caught_up: 'f', replay_lag: '8' })).toMatchObject({
    replayLagBytes: 8,
    replayLagMs: 90_000,
  });
  expect(decodeReceiver({ ...idle, status: null, paused: 't' })).toMatchObject({
    state: 'no receiver, replay paused',
    replayLagMs: 90_000,
  });
  expect(decodeStandby({ replay_lag: '-8', replay_lag_ms: null })).toMatchObject({
    replayLagBytes: 0,
    replayLagMs: 0,
  });
  expect(decodeStandby({ replay_lag: null }).replayLagMs).toBeNull();
});
