import * as z from 'zod';
import { OperatorError } from '../../domain/operator-error.ts';
import { sanitizeLine } from '../../domain/sanitize.ts';
import { shellWord } from '../../domain/shell-word.ts';
import type { FrozenTarget } from '../../domain/target.ts';
import type { Action, RunContext, Settlement } from '../contract.ts';
import { defineAction } from '../contract.ts';
import type { OpenRedis, RedisClient } from './client.ts';
import { decodeInfo } from './decode.ts';
import { cli, withRedis } from './role.ts';
import { type Call, countKeys, keysInput, scanKeys } from './scan.ts';

const TIMEOUT_MS = 10 * 60_000;
const SHORT_ID_LENGTH = 12;
const SAMPLE_MAX = 20;
/** With more keys than this the look alone would take minutes. */
const KEYS_MAX = 20_000_000;
const BATCH_MAX = 1000;
/** Lines of progress: one for every so many keys. */
const TOLD_EVERY = 10_000;

const input = z.strictObject({
  ...keysInput,
  shown: z.coerce.number().int().min(0).optional().describe('keys the dialog showed'),
});
type Input = z.output<typeof input>;

const keyWords = (count: number) =>
  `${count.toLocaleString('en-US')} ${count === 1 ? 'key' : 'keys'}`;

async function targetOf(
  call: Call,
  client: RedisClient,
  { db, pattern, service: role }: Input,
  context: RunContext,
): Promise<FrozenTarget> {
  const { project, service } = context.bind(role);
  const runId = decodeInfo(await call('INFO'), client.where).get('run_id') ?? '';
  return {
    kind: 'redis-keys',
    name: sanitizeLine(`${service} db ${db} ${pattern}`),
    shortId: runId.slice(0, SHORT_ID_LENGTH),
    detail: `project ${project}`,
    identity: { runId, db: String(db), pattern },
  };
}

async function count(call: Call, pattern: string) {
  const total = Number(await call('DBSIZE'));
  if (total > KEYS_MAX) {
    const message = `the database holds ${keyWords(total)}: too many to look through from here`;
    throw new OperatorError('failed', message, 'delete them with a tool beside the server');
  }
  const counted = await countKeys(call, pattern, Number.POSITIVE_INFINITY, SAMPLE_MAX);
  return { total, ...counted };
}

/** Deletes what fits; the memory is given back in the background, so that Redis is not stopped. */
async function unlinkAll(call: Call, pattern: string, tell: (deleted: number) => void) {
  let deleted = 0;
  let told = 0;
  for await (const { keys } of scanKeys(call, pattern)) {
    for (let from = 0; from < keys.length; from += BATCH_MAX) {
      deleted += Number(await call('UNLINK', ...keys.slice(from, from + BATCH_MAX)));
    }
    if (deleted - told >= TOLD_EVERY) {
      told = deleted;
      tell(deleted);
    }
  }
  return deleted;
}

async function settled(call: Call, { pattern, shown }: Input): Promise<Settlement> {
  const { keys } = await countKeys(call, pattern, KEYS_MAX, 0);
  if (keys === 0) return { state: 'done', because: 'no key fits any more' };
  const left = `${keyWords(keys)} fit now`;
  if (shown !== undefined && keys >= shown) {
    return { state: 'not-done', because: `${left}, ${shown.toLocaleString('en-US')} before` };
  }
  return { state: 'unknown', because: `${left}: left over, or made since` };
}

/** `redis.scan-delete`: deletes the keys that fit a pattern, found with SCAN, never with KEYS. */
export function scanDeleteAction(open: OpenRedis): Action {
  return defineAction({
    id: 'redis.scan-delete',
    title: 'Delete Redis keys by pattern',
    risk: 'destructive',
    input,
    output: z.object({ deleted: z.number() }),
    undo: { kind: 'irreversible', why: 'deleted keys cannot be brought back; a cache refills' },
    timeoutMs: TIMEOUT_MS,
    preview: (values, context) =>
      withRedis(open, values, context, async (call, client) => {
        const { db, pattern } = values;
        await call('SELECT', String(db));
        const target = await targetOf(call, client, values, context);
        const { keys, sample, total } = await count(call, pattern);
        const words = `${cli(values, context)}${db === 0 ? '' : ` -n ${db}`}`;
        const more = keys - sample.length;
        return {
          targets: [target],
          command: `${words} --scan --pattern ${shellWord(pattern)} | xargs -d '\\n' ${words} UNLINK`,
          notes: [`deletes ${keyWords(keys)} of ${total.toLocaleString('en-US')}`],
          details: [...sample, ...(more > 0 ? [`and ${keyWords(more)} more`] : [])],
          input: { ...values, shown: values.shown ?? keys },
          before: { keys: String(keys) },
        };
      }),
    run: (values, targets, context) =>
      withRedis(open, values, context, async (call, client) => {
        await call('SELECT', String(values.db));
        const { identity } = await targetOf(call, client, values, context);
        if (targets.some((frozen) => frozen.identity['runId'] !== identity['runId'])) {
          const message = 'nothing was deleted: Redis was started again since';
          throw new OperatorError('failed', message, 'look at it again, then decide anew');
        }
        const tell = (deleted: number) => context.output(`${keyWords(deleted)} deleted…`);
        const deleted = await unlinkAll(call, values.pattern, tell);
        context.output(`${keyWords(deleted)} deleted`);
        return { deleted };
      }),
    settle: (values, _targets, _startedAt, context) =>
      withRedis(open, values, context, async (call) => {
        await call('SELECT', String(values.db));
        return settled(call, values);
      }),
  });
}
