import { afterEach, expect, test } from 'vitest';
import { LARGE } from '../harness/falcon.ts';
import { type Desk, openDesk } from '../harness/journey.ts';
import { healthy } from '../harness/journey-stack.ts';
import { describeOnStack } from '../harness/suites.ts';
import { otherNames, renameServices, restoreNames } from '../stack/other-names.ts';

const { nginx: gateway, redis, postgres, ...workers } = otherNames;

/** The system is not as its documents say, and the runbooks say so, or are right all the same. */
describeOnStack('Falcon as it contradicts its documents', (stack) => {
  const undo: (() => Promise<unknown>)[] = [];
  afterEach(async () => {
    for (const one of undo.splice(0)) await one();
    await healthy(stack());
  });

  const leafOf = async (desk: Desk, runbook: string) => {
    const [only] = await desk.ask('diagnose', 'diagnose', runbook);
    return only?.leaf;
  };

  test('services have other names: verify tells which, and rebound the runbooks are right', async () => {
    undo.push(() => restoreNames(stack()));
    await renameServices(stack());
    const wrong = await openDesk(stack()).answer('runbooks-verify', 'runbooks', 'verify');
    expect(wrong.code).toBe(1);
    expect(wrong.value).toContainEqual(
      expect.objectContaining({
        needs: 'role postgres',
        state: 'guessed',
        suggestion: expect.stringContaining('services: { postgres: postgres-primary }'),
      }),
    );
    for (const [needs, words] of [
      ['port 80 of gateway', /no container of service nginx .* there: .*prod_edge/],
      ['compose.restart service=redis', /no container of redis/],
      ['signal droppedLogs', /no container of service worker-1 .* there: .*prod_inference-a/],
    ] as const) {
      const row = wrong.value.find((one) => one.needs === needs && one.state !== 'ok');
      expect(row?.suggestion, needs).toMatch(words);
    }

    const services = { worker: Object.values(workers), gateway, redis, postgres };
    const bound = openDesk(stack(), { region: { services } });
    const right = await bound.ask('runbooks-verify', 'runbooks', 'verify');
    // Its counter is not there before the first entry is lost.
    expect(right.find(({ needs }) => needs === 'signal droppedLogs')?.suggestion).toMatch(
      /no sample of dropped_logs_total: absent until first use/,
    );
    const missing = right.filter(({ state }) => state === 'missing' || state === 'guessed');
    expect(missing.filter(({ needs }) => !needs.startsWith('signal '))).toEqual([]);
    await stack().docker(['kill', `prod_${redis}`]);
    expect(await leafOf(bound, 'falcon/redis-down')).toBe('restart-redis');
  });

  test('readiness answers 200 with the database dead: its body is believed', async () => {
    await stack().faults.killPostgres();
    // The workers look for a name that nobody has any more before they answer.
    const desk = openDesk(stack(), { durations: { 'source-timeout': '8s' } });
    const { checks } = await desk.ask('status', 'status');
    expect(checks.find(({ name }) => name === '/readyz')).toMatchObject({
      status: 200,
      ok: false,
      error: 'checks.database_available is false, expected true',
    });
    expect(await leafOf(desk, 'falcon/database-down')).toBe('restart-postgres');
  });

  test('breakers never close, and Redis and Postgres are well: the release is named', async () => {
    await stack().faults.setWorkerEnv({ CIRCUIT_BREAKER_MISUSED: 'true' });
    const desk = openDesk(stack());
    const terminal = await desk.open(LARGE);
    await terminal.until(/➜ (?:Redis|Database) down, or .*: faulty-release/, { withinMs: 60_000 });
    await terminal.until(/✖ postgres +OPEN/, { withinMs: 30_000 });
    await terminal.until(/✖ redis +OPEN/, { withinMs: 30_000 });
    const fitting = await desk.ask('diagnose', 'diagnose');
    for (const runbook of ['falcon/redis-down', 'falcon/database-down']) {
      expect(fitting.find((one) => one.runbook === runbook)?.leaf, runbook).toBe('faulty-release');
    }
    await terminal.press('R', 'd');
    await terminal.until(/▶ The workers' release opens its breakers +ends the run as handed over/, {
      withinMs: 30_000,
    });
  });
});
