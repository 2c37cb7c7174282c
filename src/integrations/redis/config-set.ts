import * as z from 'zod';
import { formatBytes } from '../../domain/format.ts';
import { OperatorError } from '../../domain/operator-error.ts';
import type { FrozenTarget } from '../../domain/target.ts';
import type { Action } from '../contract.ts';
import { defineAction } from '../contract.ts';
import type { OpenRedis, RedisClient } from './client.ts';
import { decodeInfo, numberOf } from './decode.ts';
import { cli, roleInput, withRedis } from './role.ts';

const TIMEOUT_MS = 15_000;
const SHORT_ID_LENGTH = 12;

/** As Redis reads them: `k` is 1000, `kb` is 1024. */
const UNIT_BYTES: Readonly<Record<string, number>> = {
  '': 1,
  b: 1,
  k: 1000,
  kb: 1024,
  m: 1000 ** 2,
  mb: 1024 ** 2,
  g: 1000 ** 3,
  gb: 1024 ** 3,
};

const input = z.strictObject({
  ...roleInput,
  setting: z.enum(['maxmemory']).default('maxmemory'),
  value: z.string().regex(/^\d+(?:b|kb?|mb?|gb?)?$/i, 'must be a size such as 512mb'),
});

type Call = (...words: string[]) => Promise<unknown>;

/** The bytes a size such as `512mb` means to Redis. */
export function sizeBytes(size: string): number {
  const [, amount = '0', unit = ''] = /^(\d+)([a-z]*)$/i.exec(size) ?? [];
  return Number(amount) * (UNIT_BYTES[unit.toLowerCase()] ?? 1);
}

async function settingOf(call: Call, setting: string, client: RedisClient): Promise<string> {
  const answer = await call('CONFIG', 'GET', setting);
  const value: unknown = Array.isArray(answer) ? answer[1] : undefined;
  if (typeof value === 'string' && /^\d+$/.test(value)) return value;
  const message = `Redis at ${client.where} does not tell its ${setting}`;
  throw new OperatorError('denied', message, 'use a user that may run CONFIG');
}

async function identityOf(call: Call, setting: string, client: RedisClient) {
  const info = decodeInfo(await call('INFO'), client.where);
  const value = await settingOf(call, setting, client);
  return { info, identity: { runId: info.get('run_id') ?? '', setting, value } };
}

function words(bytes: number): string {
  return bytes === 0 ? 'no limit' : formatBytes(bytes);
}

/**
 * `redis.config-set`: changes maxmemory of the running server. It lasts until Redis is started
 * again; the undo sets the former value.
 */
export function configSetAction(open: OpenRedis): Action {
  return defineAction({
    id: 'redis.config-set',
    title: 'Change a setting of Redis at run time',
    risk: 'disruptive',
    input,
    undo: {
      kind: 'action',
      action: 'redis.config-set',
      with: {
        service: '{{before.service}}',
        port: '{{before.port}}',
        setting: '{{before.setting}}',
        value: '{{before.value}}',
      },
    },
    timeoutMs: TIMEOUT_MS,
    preview: (values, context) =>
      withRedis(open, values, context, async (call, client) => {
        const { project, service } = context.bind(values.service);
        const { info, identity } = await identityOf(call, values.setting, client);
        const target: FrozenTarget = {
          kind: 'redis-setting',
          name: `${service} ${values.setting}`,
          shortId: identity.runId.slice(0, SHORT_ID_LENGTH),
          detail: `project ${project}`,
          identity,
        };
        const former = Number(identity.value);
        const wanted = sizeBytes(values.value);
        const used = numberOf(info, 'used_memory');
        const notes = [
          `from ${words(former)} to ${words(wanted)}; ${formatBytes(used)} used now`,
          'lasts until Redis is started again',
        ];
        if (wanted !== 0 && wanted < used) {
          notes.push('less than is used now: Redis will evict keys or refuse writes');
        }
        const { port, setting } = values;
        return {
          targets: [target],
          command: `${cli(values, context)} CONFIG SET ${setting} ${values.value}`,
          notes,
          before: { service: values.service, port: String(port), setting, value: identity.value },
        };
      }),
    run: (values, targets, context) =>
      withRedis(open, values, context, async (call, client) => {
        const { identity } = await identityOf(call, values.setting, client);
        for (const { identity: frozen, name } of targets) {
          if (frozen['runId'] === identity.runId && frozen['value'] === identity.value) continue;
          const message = `${name} was left as it is: it is not what the dialog showed any more`;
          throw new OperatorError('failed', message, 'look at it again, then decide anew');
        }
        await call('CONFIG', 'SET', values.setting, values.value);
        const now = await settingOf(call, values.setting, client);
        context.output(`${values.setting} is ${words(Number(now))} now`);
      }),
    settle: (values, targets, _startedAt, context) =>
      withRedis(open, values, context, async (call, client) => {
        const now = Number(await settingOf(call, values.setting, client));
        const said = `${values.setting} is ${words(now)}`;
        if (now === sizeBytes(values.value)) return { state: 'done', because: said };
        const same = targets.every(({ identity }) => Number(identity['value']) === now);
        return { state: same ? 'not-done' : 'unknown', because: said };
      }),
  });
}
