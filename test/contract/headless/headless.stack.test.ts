import { afterAll, afterEach, expect, test } from 'vitest';
import { openDesk, rowsOf, slowProof } from '../../harness/journey.ts';
import { healthy, redisContainer } from '../../harness/journey-stack.ts';
import { describeOnStack } from '../../harness/suites.ts';

const ID = 'falcon/redis-down';

describeOnStack('without a screen', (stack) => {
  let broken = false;
  const killRedis = async () => {
    broken = true;
    await stack().faults.killRedis();
  };
  const mend = async () => {
    if (broken) await healthy(stack());
    broken = false;
  };
  afterEach(mend);
  afterAll(mend);

  test('status of a healthy region: every source live, nothing alerts, exit 0', async () => {
    // Seldom enough for a busy machine: a source that is late is not live.
    const pace = { durations: { 'source-interval': '5s' }, region: { host: { every: '5s' } } };
    const desk = openDesk(stack(), pace);
    const { code, value: status } = await desk.answer('status', 'status');
    expect(code).toBe(0);
    expect(status.sources.filter((source) => source.status !== 'live')).toEqual([]);
    const names = status.containers.map(({ name }) => name);
    for (const name of ['redis', 'postgres', 'nginx', 'worker-1', 'worker-2', 'worker-3']) {
      expect(names).toContain(`falcon-${name}`);
    }
    expect(status.breakers.map(({ name, state }) => [name, state])).toEqual(
      expect.arrayContaining([
        ['redis', 'closed'],
        ['postgres', 'closed'],
      ]),
    );
    expect(status.cache).toMatchObject({ reachable: true, policy: 'allkeys-lru' });
    expect(status.checks.map(({ name, ok }) => [name, ok])).toEqual([
      ['/healthz', true],
      ['/readyz', true],
    ]);
    expect(status.alerts).toEqual([]);
  });

  test('status --rates answers when rates can be told', async () => {
    const desk = openDesk(stack());
    const { value: status } = await desk.answer('status', 'status', '--rates', '--wait', '30');
    const running = status.containers.filter(({ state }) => state === 'running');
    expect(running.length).toBeGreaterThan(5);
    expect(running.filter(({ cpu }) => cpu === null).map(({ name }) => name)).toEqual([]);
    const rate = status.signals.find(({ unit }) => unit === 'perSecond');
    expect(rate?.value).toEqual(expect.any(Number));
  });

  test('config show of the region on the stack: the engine with its place', async () => {
    const desk = openDesk(stack());
    const shown = await desk.ask('config-show', 'config', 'show');
    const docker = shown.settings.find(({ key }) => key === 'docker.host');
    expect(docker).toMatchObject({ value: stack().dockerHost });
    expect(docker?.origin).toMatch(/region\.yaml:\d+:\d+$/);
  });

  test('no command writes an escape code into a pipe', async () => {
    const desk = openDesk(stack());
    for (const words of [
      ['status'],
      ['check'],
      ['config', 'show'],
      ['runbooks', 'list'],
      ['runbooks', 'walk', ID],
    ]) {
      const { stdout, stderr, code } = await desk.run(...words);
      expect(stdout, words.join(' ')).not.toBe('');
      expect([code, stdout.includes('\x1b'), stderr.includes('\x1b')], stdout).toEqual([
        0,
        false,
        false,
      ]);
    }
  });

  test('usage that makes no sense ends with 2 and says what would', async () => {
    const desk = openDesk(stack());
    for (const [words, says] of [
      [['run', 'falcon/none', '--wait', '0'], /falcon\/none/],
      [['diagnose', 'falcon/none'], /runbooks list/],
      [['incidents', 'show', 'INC-999'], /incidents list/],
      [['schema', 'none'], /status/],
      [['status', '--region', 'nowhere'], /lab/],
      [['run', ID, '--yes', 'everything'], /reversible/],
    ] as const) {
      const { code, stderr } = await desk.run(...words);
      expect(stderr).toMatch(says);
      expect(code, words.join(' ')).toBe(2);
    }
  });

  test('an engine that cannot be reached: status and check end with 3 and say the mend', async () => {
    const desk = openDesk({ dockerHost: 'unix:///nonexistent/docker.sock', project: 'falcon' });
    const status = await desk.run('status', '--wait', '3', '--json');
    expect(status.code).toBe(3);
    expect(JSON.parse(status.stdout).sources[0]).toMatchObject({
      name: 'docker',
      status: 'failed',
    });
    const { code, value: check } = await desk.answer('check', 'check', '--wait', '3');
    expect(code).toBe(3);
    const docker = check.find(({ name }) => name === 'docker');
    expect(docker).toMatchObject({ ok: false });
    expect(docker?.mend).not.toBeNull();
  });

  test('redis killed: status says it, diagnose names the restart, and nothing is changed', async () => {
    const desk = openDesk(stack());
    await killRedis();
    const before = await redisContainer(stack());
    const status = await desk.ask('status', 'status');
    expect(status.containers.find(({ service }) => service === 'redis')).toMatchObject({
      state: 'exited',
      exitCode: 137,
    });
    expect(status.cache).toMatchObject({ reachable: false });
    expect(status.alerts).toContainEqual(expect.objectContaining({ runbook: ID }));

    const { code, value } = await desk.answer('diagnose', 'diagnose');
    expect(code).toBe(1);
    // Others may fit as well: what follows from a lost cache has runbooks of its own.
    const diagnosis = value.find(({ runbook }) => runbook === ID);
    expect(diagnosis).toMatchObject({ runbook: ID, leaf: 'restart-redis', confidence: 1 });
    expect(diagnosis?.evidence).toHaveLength(1);

    const dry = await desk.run('run', ID, '--auto', '--yes', 'destructive', '--dry-run', '--json');
    expect(dry.code).toBe(0);
    const [planned, last] = dry.stdout.split('\n').map((line) => JSON.parse(line));
    expect(last).toMatchObject({ event: 'finished', outcome: 'dry-run', leaf: 'restart-redis' });
    expect(planned).toMatchObject({
      event: 'planned',
      action: 'compose.restart',
      risk: 'disruptive',
      targets: [{ name: 'falcon-redis', identity: { id: before.id } }],
    });
    expect(await desk.ask('incidents-list', 'incidents', 'list')).toEqual([]);
    expect(await redisContainer(stack())).toEqual(before);
  });

  test('what is read-only, or riskier than was confirmed, is refused with 4', async () => {
    const desk = openDesk(stack());
    await killRedis();
    const before = await redisContainer(stack());
    const timid = await desk.run('run', ID, '--auto', '--yes', 'reversible', '--json');
    expect(timid.stderr).toContain('--yes disruptive');
    expect(timid.code).toBe(4);
    const reader = await desk.run('run', ID, '--auto', '--yes', 'destructive', '--read-only');
    expect(reader.stderr).toMatch(/read-only/);
    expect(reader.code).toBe(4);
    const { events } = await desk.journal();
    expect(rowsOf(events, 'action-intended')).toEqual([]);
    expect(await redisContainer(stack())).toEqual(before);
  });

  test('one command repairs it: events as they happen, the last finished, exit 0', async () => {
    const desk = openDesk(stack());
    await killRedis();
    const { code, stdout } = await desk.run('run', ID, '--auto', '--yes', 'disruptive', '--json');
    const lines = stdout.split('\n').map((line) => JSON.parse(line));
    expect(lines.at(-1)).toEqual({
      event: 'finished',
      outcome: 'resolved',
      leaf: 'restart-redis',
      verified: true,
    });
    expect(code).toBe(0);
    const kinds = lines.map(({ event }) => event);
    expect(kinds.filter((kind) => kind === 'action-started')).toHaveLength(1);
    expect(kinds[0]).toBe('incident-opened');
    const { incident, events } = await desk.journal();
    expect(incident).toMatchObject({ state: 'resolved' });
    expect(events.map(({ seq, event }) => [seq, event])).toEqual(
      lines.slice(0, -1).map(({ seq, event }) => [seq, event]),
    );
  });

  test('interrupted while it verifies it ends with 130, and a second start goes on', async () => {
    const desk = openDesk(stack(), { durations: slowProof });
    await killRedis();
    const first = desk.start('run', ID, '--auto', '--yes', 'disruptive', '--json');
    await first.untilLine((line) => line.includes('"verification-started"'));
    first.kill('SIGINT');
    expect((await first.ended).code).toBe(130);
    const second = await desk.run('run', ID, '--auto', '--yes', 'disruptive', '--json');
    expect(second.code).toBe(0);
    const { events } = await desk.journal();
    expect(rowsOf(events, 'run-started')).toHaveLength(1);
    expect(rowsOf(events, 'action-started')).toHaveLength(1);
    expect(events.at(-1)).toMatchObject({ event: 'incident-closed', state: 'resolved' });
  });
});
