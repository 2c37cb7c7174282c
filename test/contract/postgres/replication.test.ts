import { afterAll, afterEach, beforeAll, expect } from 'vitest';
import { postgresSource } from '../../../src/integrations/postgres/source.ts';
import { eventually } from '../../harness/eventually.ts';
import type { PostgresServer } from './server.ts';
import { describePostgres } from './servers.ts';

const never = new AbortController().signal;

describePostgres('postgres source and replication', ({ it, postgresServer }) => {
  let primary: PostgresServer;
  let standby: PostgresServer;
  const closers: (() => unknown)[] = [];
  beforeAll(async () => {
    primary = await postgresServer();
    await primary.start();
    await primary.sql('CREATE TABLE orders (id int, note text)');
    standby = await primary.standby();
  });
  afterEach(async () => {
    for (const close of closers.splice(0)) await close();
    await standby.kill();
  });
  afterAll(() => primary.remove());

  function sourceOf(server: PostgresServer) {
    const { port, socketFolder } = server;
    const source = postgresSource({
      name: 'postgres',
      address: async () => ({ socketFolder, port }),
      database: 'postgres',
      user: 'admin',
      intervalMs: 1000,
      timeoutMs: 3000,
    });
    closers.push(() => source.close?.());
    return source;
  }

  const linkOf = async (source: ReturnType<typeof sourceOf>) =>
    (await source.poll(never)).replication[0];

  it('tells a standby that follows, from both sides, with no lag while the primary is idle', async () => {
    await standby.start();
    const [there, here] = [sourceOf(primary), sourceOf(standby)];
    await primary.sql(`INSERT INTO orders SELECT n, 'x' FROM generate_series(1, 1000) n`);
    const seen = await eventually(
      async () => {
        const link = await linkOf(there);
        return link?.state === 'streaming' && link.replayLagBytes === 0 ? link : null;
      },
      { what: 'the standby to have followed' },
    );
    expect(seen).toMatchObject({ receiveLagBytes: 0, replayLagMs: 0, sync: 'async' });
    const fact = await eventually(
      async () => {
        const polled = await here.poll(never);
        return polled.replication[0]?.replayLagBytes === 0 ? polled : null;
      },
      { what: 'the standby to know it' },
    );
    expect(fact).toMatchObject({ role: 'standby', notes: [] });
    expect(fact.replication).toEqual([
      {
        name: 'receiver',
        state: 'streaming',
        client: primary.socketFolder,
        receiveLagBytes: 0,
        replayLagBytes: 0,
        replayLagMs: 0,
        sync: null,
      },
    ]);
  });

  it('measures the lag in bytes and time while replay is paused', async () => {
    await standby.start();
    const [there, here] = [sourceOf(primary), sourceOf(standby)];
    await eventually(async () => (await linkOf(here))?.replayLagBytes === 0, {
      what: 'the standby to have followed',
    });
    await standby.sql('SELECT pg_wal_replay_pause()');
    await primary.sql(`INSERT INTO orders SELECT n, 'x' FROM generate_series(1, 20000) n`);
    const lagging = await eventually(
      async () => {
        const polled = await here.poll(never);
        return (polled.replication[0]?.replayLagBytes ?? 0) > 1_000_000 ? polled : null;
      },
      { what: 'the lag' },
    );
    expect(lagging.replication[0]).toMatchObject({ state: 'streaming, replay paused' });
    expect(lagging.replication[0]?.replayLagMs).toBeGreaterThan(0);
    expect(lagging.notes).toEqual([expect.stringContaining('pg_wal_replay_resume()')]);
    expect((await linkOf(there))?.replayLagBytes).toBeGreaterThan(1_000_000);
    await standby.sql('SELECT pg_wal_replay_resume()');
    await eventually(async () => (await linkOf(here))?.replayLagMs === 0, {
      what: 'the standby to catch up',
    });
  });

  it('says that a standby has lost its primary, never that it lags by nothing', async () => {
    await standby.start();
    const here = sourceOf(standby);
    await eventually(async () => (await linkOf(here))?.state === 'streaming', {
      what: 'the standby to follow',
    });
    await primary.kill();
    const fact = await eventually(
      async () => {
        const polled = await here.poll(never);
        return polled.replication[0]?.state === 'no receiver' ? polled : null;
      },
      { what: 'the loss to be seen' },
    );
    expect(fact.replication[0]).toMatchObject({
      receiveLagBytes: null,
      replayLagMs: expect.any(Number),
    });
    expect(fact.replication[0]?.replayLagMs).toBeGreaterThan(0);
    expect(fact.notes).toEqual([expect.stringContaining('this standby receives nothing')]);
    await primary.start();
    await eventually(async () => (await linkOf(here))?.state === 'streaming', {
      what: 'the standby to follow again',
      timeoutMs: 20_000,
    });
  });

  it('says that a server in recovery takes nobody', async () => {
    standby.launch('hot_standby=off');
    const here = sourceOf(standby);
    const refused = await eventually(
      async () => {
        const thrown = await here.poll(never).catch((error: Error) => error);
        return thrown instanceof Error && /database system/.test(thrown.message) ? thrown : null;
      },
      { what: 'the refusal' },
    );
    expect(refused).toMatchObject({
      kind: 'unreachable',
      message: expect.stringContaining('takes no connections now: the database system is '),
    });
  });
});
