import fc from 'fast-check';
import { afterEach, beforeEach, expect } from 'vitest';
import type { Address } from '../../../src/integrations/contract.ts';
import { redisActions } from '../../../src/integrations/redis/actions.ts';
import { connectRedis, type OpenRedis } from '../../../src/integrations/redis/client.ts';
import { redisProbes } from '../../../src/integrations/redis/probes.ts';
import { attackBytes, attacked } from '../../harness/rogue.ts';
import { prepare, read, testContext } from '../../unit/integrations/context.ts';
import type { RedisServer } from './server.ts';
import { describeRedis } from './servers.ts';

const open: OpenRedis = ({ host, port }) => connectRedis({ host, port, timeoutMs: 2000 });
const probes = redisProbes(open);
const actions = redisActions(open);
const service = { service: 'redis' };
const never = new AbortController().signal;

describeRedis('redis keys', ({ it, redisServer }) => {
  let server: RedisServer;
  beforeEach(async () => {
    server = await redisServer();
    await server.start();
  });
  afterEach(() => server.remove());

  const context = () => testContext(async (): Promise<Address> => ({ ...server, via: 'the test' }));

  async function send(...commands: readonly string[][]): Promise<unknown> {
    const client = open(server);
    let answer: unknown = null;
    for (const [command = '', ...args] of commands)
      answer = await client.call(command, args, never);
    client.close();
    return answer;
  }
  const set = (names: readonly string[]) => send(['MSET', ...names.flatMap((name) => [name, 'v'])]);
  const many = (prefix: string, count: number) =>
    Array.from({ length: count }, (_, n) => `${prefix}${n}`);

  async function confirmed(input: object) {
    const running = context();
    const preview = await prepare(actions, 'redis.scan-delete', input, running).preview();
    return {
      running,
      preview,
      change: prepare(actions, 'redis.scan-delete', { ...preview.input }, running),
    };
  }

  it('counts the keys that fit, of 12,000, with some of their names', async () => {
    await set(many('cache:', 12_000));
    await set(many('session:', 3));
    const fit = await read(probes, 'redis.keys', { ...service, pattern: 'session:*' }, context());
    expect(fit).toMatchObject({ matching: 3, total: 12_003, complete: true });
    expect((fit['sample'] as string[]).sort()).toEqual(many('session:', 3));
    const all = await read(probes, 'redis.keys', { ...service, pattern: '*' }, context());
    expect(all).toMatchObject({ matching: 12_003 });
    const other = { ...service, pattern: '*', db: '1' };
    expect(await read(probes, 'redis.keys', other, context())).toMatchObject({
      matching: 0,
      total: 0,
    });
  });

  it('deletes the keys that fit and no others, counted first, and knows that it did', async () => {
    await set(many('cache:', 12_000));
    await set(many('session:', 25));
    const { change, preview, running } = await confirmed({ ...service, pattern: 'cache:*' });
    expect(preview).toMatchObject({
      targets: [
        {
          kind: 'redis-keys',
          name: 'redis db 0 cache:*',
          identity: { db: '0', pattern: 'cache:*', runId: expect.stringMatching(/^[0-9a-f]{40}$/) },
        },
      ],
      command:
        "redis-cli -h redis --scan --pattern 'cache:*' | xargs -d '\\n' redis-cli -h redis UNLINK",
      notes: ['deletes 12,000 keys of 12,025'],
      input: { pattern: 'cache:*', shown: 12_000 },
    });
    expect(preview.details).toHaveLength(21);
    expect(preview.details?.at(-1)).toBe('and 11,980 keys more');
    expect(await change.settle(preview, 0)).toMatchObject({ state: 'not-done' });
    expect(await change.run(preview)).toEqual({ deleted: 12_000 });
    expect(running.lines.at(-1)).toBe('12,000 keys deleted');
    expect(await send(['DBSIZE'])).toBe(25);
    expect(await change.settle(preview, 0)).toMatchObject({ state: 'done' });
    await set(['cache:again']);
    expect(await change.settle(preview, 0)).toMatchObject({ state: 'unknown' });
  });

  it('refuses a server that was started again, and deletes nothing there', async () => {
    await set(['cache:1']);
    const { change, preview } = await confirmed({ ...service, pattern: 'cache:*' });
    await server.kill();
    await server.start();
    await set(['cache:1']);
    await expect(change.run(preview)).rejects.toMatchObject({
      message: 'nothing was deleted: Redis was started again since',
    });
    expect(await send(['DBSIZE'])).toBe(1);
  });

  it('takes a pattern of anything as a pattern, never as a command or an option', async () => {
    const kept = ['kept', '--pattern', 'a b'];
    const hostile = fc.constantFrom(
      "x'; redis-cli FLUSHALL; '",
      '$(redis-cli FLUSHALL)',
      '-n 3',
      'x\nFLUSHALL',
      '*\r\nFLUSHALL\r\n',
      attacked('evil'),
    );
    const name = fc.oneof(hostile, fc.string({ minLength: 1, maxLength: 30, unit: 'grapheme' }));
    const literal = (text: string) => text.replace(/[\\*?[\]^-]/g, '\\$&');
    await fc.assert(
      fc.asyncProperty(name, async (key) => {
        fc.pre(!kept.includes(key) && !/\p{Cs}/u.test(key));
        await set([...kept, key]);
        const input = { ...service, pattern: literal(key) };
        fc.pre(input.pattern.length <= 500);
        const { change, preview } = await confirmed(input);
        const shown = JSON.stringify([preview.command, preview.details, preview.targets[0]?.name]);
        for (const bytes of attackBytes) {
          expect(shown).not.toContain(JSON.stringify(bytes).slice(1, -1));
        }
        expect(await change.run(preview)).toEqual({ deleted: 1 });
        expect(await send(['DBSIZE'])).toBe(kept.length);
      }),
      { numRuns: 60 },
    );
  });

  it('tells how fast it answers, and that it hangs', async () => {
    const latency = await read(probes, 'redis.latency', { ...service, times: 5 }, context());
    expect(latency).toMatchObject({ times: 5 });
    expect(latency['minMs']).toBeLessThanOrEqual(Number(latency['medianMs']));
    expect(latency['medianMs']).toBeLessThanOrEqual(Number(latency['maxMs']));
    server.signal('SIGSTOP');
    await expect(read(probes, 'redis.latency', service, context())).rejects.toMatchObject({
      kind: 'timeout',
    });
  });
});
