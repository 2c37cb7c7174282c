import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, expect, test } from 'vitest';
import { recordEvents } from '../harness/engine-events.ts';
import { atRest, LARGE, SMALL } from '../harness/falcon.ts';
import { mend } from '../harness/incident.ts';
import { healthy } from '../harness/journey-stack.ts';
import { describeOnStack } from '../harness/suites.ts';
import { PORT_HOLDER } from '../stack/configuration-faults.ts';

const TITLE = 'A worker crashes again and again';
const RUNBOOK = 'falcon/worker-crash-loop';

describeOnStack('a worker of Falcon crashes again and again', (stack) => {
  afterEach(() => healthy(stack()));

  const state = async (name: string, format: string) =>
    (await stack().docker(['inspect', '--format', format, name])).stdout.trim();
  const settingsFile = () => readFile(join(stack().projectDir, '.env'), 'utf8');

  test('a setting is refused: it gets its default, and the workers are made anew', async () => {
    const { desk, terminal } = await atRest(stack(), LARGE);
    const engine = recordEvents(stack());
    const times = await mend(desk, terminal, {
      name: 'crash loop: a setting refused',
      fault: async () => {
        await stack().faults.crashByConfiguration();
        await engine.forget();
      },
      runbookTitle: TITLE,
      runbook: RUNBOOK,
      recommends: 'fix-configuration',
      turns: [
        {
          kind: 'confirm',
          leaf: 'fix-configuration',
          title: 'Give every setting that does not fit its default',
          touches: /touches \S*\.env/,
          command: /POSTGRES_POOL_SIZE/,
          by: 'Enter',
        },
        {
          kind: 'confirm',
          leaf: 'apply-configuration',
          title: 'Make the workers anew, with the settings of now',
          touches: /touches falcon-worker-1 [0-9a-f]{12}/,
          command: /docker.compose -p falcon .* --force-recreate .*worker-1/,
        },
      ],
      ends: { leaf: 'apply-configuration' },
    });
    expect(times.keystrokes).toBe(4);
    expect(await settingsFile()).toContain('POSTGRES_POOL_SIZE=20\n');
    for (const worker of [1, 2, 3]) {
      const name = `falcon-worker-${worker}`;
      expect(await engine.count(name, 'create')).toBe(1);
      expect(await state(name, '{{.State.Health.Status}} {{.RestartCount}}')).toBe('healthy 0');
    }
  });

  test('a dependency is lost: it is started, and the workers start by themselves', async () => {
    const { desk, terminal } = await atRest(stack(), SMALL);
    const engine = recordEvents(stack());
    const times = await mend(desk, terminal, {
      name: 'crash loop: a dependency lost',
      fault: () => stack().faults.crashByDependency(),
      runbookTitle: TITLE,
      runbook: RUNBOOK,
      // The overview leads to what is behind it: the lost dependency.
      recommends: null,
      opens: ['R', 'w'],
      turns: [
        {
          kind: 'confirm',
          leaf: 'restart-dependencies',
          title: 'Start what the workers depend on',
          touches: /touches falcon-redis [0-9a-f]{12}/,
          command: /docker.* (?:re)?start (?:falcon-)?redis/,
        },
      ],
      ends: { leaf: 'restart-dependencies' },
    });
    expect(times.keystrokes).toBe(4);
    expect(await engine.count('falcon-redis', 'start')).toBe(1);
    expect(await state('falcon-worker-1', '{{.State.Health.Status}}')).toBe('healthy');
  });

  test('its port is taken: the container that holds it is stopped', async () => {
    const { desk, terminal } = await atRest(stack(), SMALL);
    const times = await mend(desk, terminal, {
      name: 'crash loop: a port taken',
      fault: () => stack().faults.crashByPort(),
      runbookTitle: TITLE,
      runbook: RUNBOOK,
      recommends: 'free-port',
      turns: [
        {
          kind: 'confirm',
          leaf: 'free-port',
          title: 'Stop the container that holds the port',
          touches: /touches debug-shell [0-9a-f]{12}/,
          command: /docker stop .*debug-shell/,
        },
      ],
      ends: { leaf: 'free-port' },
    });
    expect(times.keystrokes).toBe(3);
    expect(await state(PORT_HOLDER, '{{.State.Running}}')).toBe('false');
    expect(await state('falcon-worker-3', '{{.State.Health.Status}}')).toBe('healthy');
  });

  test('it was killed at its memory limit: it is allowed 2 GiB', async () => {
    const { desk, terminal } = await atRest(stack(), LARGE);
    const engine = recordEvents(stack());
    const times = await mend(desk, terminal, {
      name: 'worker killed for want of memory',
      fault: () => stack().faults.oomWorker(2),
      runbookTitle: TITLE,
      runbook: RUNBOOK,
      recommends: 'raise-memory-limit',
      turns: [
        {
          kind: 'confirm',
          leaf: 'raise-memory-limit',
          title: 'Allow the worker 2 GiB',
          touches: /touches falcon-worker-2 [0-9a-f]{12}/,
          command: /docker update .*--memory.*worker-2/,
          by: 'Enter',
        },
      ],
      ends: { leaf: 'raise-memory-limit' },
    });
    expect(times.keystrokes).toBe(2);
    const limits = '{{.HostConfig.Memory}} {{.HostConfig.MemorySwap}} {{.RestartCount}}';
    expect(await state('falcon-worker-2', limits)).toBe(`${2 * 1024 ** 3} ${2 * 1024 ** 3} 1`);
    // The engine started it again by itself, once, and nobody since.
    expect(await engine.count('falcon-worker-2', 'start')).toBe(1);
    expect(JSON.stringify((await desk.journal()).events)).toMatch(
      /falcon-worker-2 was killed for want of memory \(exit 137\)/,
    );
    // What has more room than it was killed at is in no trouble any more.
    await terminal.press('Esc');
    await terminal.until('no alert', { withinMs: 30_000 });
  });
});
