import { afterEach, expect, test } from 'vitest';
import { recordEvents } from '../harness/engine-events.ts';
import { atRest, LARGE } from '../harness/falcon.ts';
import { mend } from '../harness/incident.ts';
import { healthy } from '../harness/journey-stack.ts';
import { describeOnStack } from '../harness/suites.ts';

const TITLE = 'Memory of the workers grows';
const RUNBOOK = 'falcon/memory-growth';
const WORKERS = ['falcon-worker-1', 'falcon-worker-2', 'falcon-worker-3'] as const;

describeOnStack('the workers of Falcon grow', (stack) => {
  afterEach(() => healthy(stack()));

  /** What a worker may use at most, so that a test that fails does not take the host with it. */
  const bounded = async (limit: string) => {
    await stack().docker(['update', '--memory', limit, '--memory-swap', limit, ...WORKERS]);
  };
  const settingOf = async (name: string) => {
    const format = '{{range .Config.Env}}{{println .}}{{end}}';
    const { stdout } = await stack().docker(['inspect', '--format', format, name]);
    return stdout.split('\n');
  };

  test('in test mode: it is switched off', async () => {
    const { desk, terminal } = await atRest(stack(), LARGE);
    const engine = recordEvents(stack());
    const times = await mend(desk, terminal, {
      name: 'memory test mode on',
      fault: async () => {
        await stack().faults.setWorkerEnv({
          DEBUG_MEMORY_GROWTH: 'true',
          DEBUG_MEMORY_GROWTH_MB_PER_REQUEST: '8',
        });
        await bounded('3g');
        await engine.forget();
        await terminal.until(/worker memory +1\.\dG/, { withinMs: 90_000 });
        // It grows on, but is not killed before it is mended.
        await stack().setLoad(2);
      },
      runbookTitle: TITLE,
      runbook: RUNBOOK,
      recommends: 'disable-debug-flag',
      turns: [
        {
          kind: 'confirm',
          leaf: 'disable-debug-flag',
          title: 'Switch the memory test mode off',
          touches: /touches \S*\.env/,
          command: /DEBUG_MEMORY_GROWTH/,
          by: 'Enter',
        },
        {
          kind: 'confirm',
          leaf: 'apply-flag',
          title: 'Make the workers anew, without the memory test mode',
          touches: /touches falcon-worker-1 [0-9a-f]{12}/,
          command: /docker.compose -p falcon .* --force-recreate .*worker-1/,
        },
      ],
      ends: { leaf: 'apply-flag' },
    });
    expect(times.keystrokes).toBe(4);
    for (const name of WORKERS) {
      expect(await settingOf(name)).toContain('DEBUG_MEMORY_GROWTH=false');
      expect(await engine.count(name, 'create')).toBe(1);
    }
  });

  test('for a leak: they are restarted and limited, and the leak is handed on', async () => {
    await stack().faults.setWorkerEnv({ LEAK_MB_PER_REQUEST: '1' });
    await bounded('1500m');
    const { desk, terminal } = await atRest(stack(), LARGE, {
      'memory-settles': '10s',
      'memory-proof': '15s',
    });
    const engine = recordEvents(stack());
    const times = await mend(desk, terminal, {
      name: 'memory leak',
      // By then it has been seen to grow for as many readings as a trend is told from.
      fault: () => terminal.until(/worker memory +(?:[4-9]\d\dM|1\.\dG)/, { withinMs: 150_000 }),
      runbookTitle: TITLE,
      runbook: RUNBOOK,
      // 1 GiB, which the alert waits for, is far away.
      recommends: null,
      opens: ['R', 'm'],
      turns: [
        {
          kind: 'press',
          at: /▶ Keep what tells of the leak/,
          keys: ['Space', 'Space', 'Space', 'Enter'],
        },
        {
          kind: 'confirm',
          leaf: 'restart-worker',
          title: 'Restart the workers, one after the other',
          touches: /touches falcon-worker-1 [0-9a-f]{12}/,
          command: /docker.compose.* restart .*worker-1/,
        },
        {
          kind: 'confirm',
          leaf: 'limit-memory',
          title: 'Limit each worker to 1 GiB, of which 512 MiB are its own',
          touches: /touches falcon-worker-1 [0-9a-f]{12}/,
          command: /docker update .*--memory.*worker-1/,
          by: 'Enter',
        },
        { kind: 'press', at: /Limit each worker to 1 GiB.*: not proved/, keys: ['Enter'] },
        { kind: 'press', at: /▶ The memory has not come to rest/, keys: ['Enter'] },
        { kind: 'press', at: /▶ The workers leak; their limit bounds/, keys: ['Enter'] },
      ],
      ends: { leaf: 'leak-remains', outcome: 'watching' },
    });
    expect(times.keystrokes).toBe(12);
    for (const name of WORKERS) {
      const { stdout } = await stack().docker([
        'inspect',
        '--format',
        '{{.HostConfig.Memory}}',
        name,
      ]);
      expect(Number(stdout)).toBe(1024 ** 3);
      expect(await engine.count(name, 'start')).toBe(1);
    }
  });
});
