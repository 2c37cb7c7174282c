import * as z from 'zod';
import { OperatorError } from '../../domain/operator-error.ts';
import type { FrozenTarget } from '../../domain/target.ts';
import type { Action } from '../contract.ts';
import { defineAction } from '../contract.ts';
import type { OpenRedis, RedisClient } from './client.ts';
import { decodeInfo, flushesOf } from './decode.ts';
import { cli, roleInput, withRedis } from './role.ts';

const TIMEOUT_MS = 30_000;
const SHORT_ID_LENGTH = 12;

const input = z.strictObject({
  ...roleInput,
  db: z.coerce.number().int().min(0).max(15).default(0),
});

type Call = (...words: string[]) => Promise<unknown>;

/** The one running server this is about, and how often it was flushed so far. */
async function identityOf(call: Call, client: RedisClient, db: number) {
  const info = decodeInfo(await call('INFO'), client.where);
  const flushes = flushesOf(await call('INFO', 'commandstats'));
  return { runId: info.get('run_id') ?? '', db: String(db), flushes: String(flushes) };
}

function difference(frozen: FrozenTarget, now: Record<string, string>): string | null {
  if (frozen.identity['runId'] !== now['runId']) return 'Redis was started again since';
  if (frozen.identity['flushes'] !== now['flushes']) return 'a database was flushed since';
  return null;
}

/**
 * `redis.flush`: deletes every key of one database (FLUSHDB). Whether it happened is told from the
 * server's own count of flushes, which starts anew with the server.
 */
export function flushAction(open: OpenRedis): Action {
  return defineAction({
    id: 'redis.flush',
    title: 'Flush a Redis database',
    risk: 'destructive',
    input,
    undo: { kind: 'irreversible', why: 'deleted keys cannot be brought back; a cache refills' },
    timeoutMs: TIMEOUT_MS,
    preview: (values, context) =>
      withRedis(open, values, context, async (call, client) => {
        const { project, service } = context.bind(values.service);
        await call('SELECT', String(values.db));
        const keys = Number(await call('DBSIZE'));
        const identity = await identityOf(call, client, values.db);
        const target: FrozenTarget = {
          kind: 'redis-database',
          name: `${service} db ${values.db}`,
          shortId: identity.runId.slice(0, SHORT_ID_LENGTH),
          detail: `project ${project}`,
          identity,
        };
        const database = values.db === 0 ? '' : ` -n ${values.db}`;
        return {
          targets: [target],
          command: `${cli(values, context)}${database} FLUSHDB`,
          notes: [`deletes ${keys.toLocaleString('en-US')} keys`],
          before: { keys: String(keys) },
        };
      }),
    run: (values, targets, context) =>
      withRedis(open, values, context, async (call, client) => {
        await call('SELECT', String(values.db));
        const identity = await identityOf(call, client, values.db);
        for (const target of targets) {
          const changed = difference(target, identity);
          if (changed === null) continue;
          const message = `${target.name} was left as it is: ${changed}`;
          throw new OperatorError('failed', message, 'look at it again, then decide anew');
        }
        const keys = Number(await call('DBSIZE'));
        context.output(`flushing ${keys.toLocaleString('en-US')} keys…`);
        await call('FLUSHDB');
        context.output(`flushed; ${Number(await call('DBSIZE'))} keys now`);
      }),
    settle: (values, targets, _startedAt, context) =>
      withRedis(open, values, context, async (call, client) => {
        const now = await identityOf(call, client, values.db);
        const frozen = targets[0]?.identity;
        if (frozen === undefined || frozen['runId'] !== now.runId) {
          return { state: 'unknown', because: 'Redis was started again: its count began anew' };
        }
        const more = Number(now.flushes) - Number(frozen['flushes']);
        if (more > 0) return { state: 'done', because: 'Redis counts a flush since' };
        if (more === 0) return { state: 'not-done', because: 'Redis counts no flush since' };
        return { state: 'unknown', because: 'the statistics of Redis were reset since' };
      }),
  });
}
