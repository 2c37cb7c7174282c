import { afterEach, expect, test } from 'vitest';
import { recordEvents } from '../harness/engine-events.ts';
import { atRest, LARGE } from '../harness/falcon.ts';
import { mend } from '../harness/incident.ts';
import { healthy } from '../harness/journey-stack.ts';
import { describeOnStack } from '../harness/suites.ts';

describeOnStack('requests to Falcon fail', (stack) => {
  afterEach(() => healthy(stack()));

  const imageOf = async (name: string) =>
    (await stack().docker(['inspect', '--format', '{{.Image}}', name])).stdout.trim();

  test('since a release: the image from before comes back', async () => {
    const { desk, terminal } = await atRest(stack(), LARGE);
    const good = await imageOf('falcon-worker-1');
    const engine = recordEvents(stack());
    const times = await mend(desk, terminal, {
      name: 'bad release',
      fault: async () => {
        // Most requests are answered from the cache: of the others all fail.
        await stack().faults.deployBad({ share: 1 });
        await engine.forget();
        await terminal.until(/errors +(?:1[2-9]|[2-9]\d)[.\d]* %/, { withinMs: 60_000 });
      },
      runbookTitle: 'Too many requests fail',
      runbook: 'falcon/high-error-rate',
      recommends: 'rollback',
      turns: [
        {
          kind: 'confirm',
          leaf: 'rollback',
          title: 'Go back to the image before',
          touches: /touches falcon-worker-1 [0-9a-f]{12}/,
          command: /docker tag [0-9a-f]{12}.*\(falcon-worker:1\.0\.0/,
        },
      ],
      ends: { leaf: 'rollback' },
    });
    expect(times.keystrokes).toBe(3);
    for (const worker of [1, 2, 3]) {
      const name = `falcon-worker-${worker}`;
      expect(await imageOf(name)).toBe(good);
      expect(await engine.count(name, 'create')).toBe(1);
    }
  });
});
