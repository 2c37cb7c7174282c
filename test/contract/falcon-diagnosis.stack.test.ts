import { afterEach, expect, test } from 'vitest';
import { diagnose } from '../../src/engine/diagnose.ts';
import { healthy } from '../harness/journey-stack.ts';
import { describeOnStack } from '../harness/suites.ts';
import type { Stack } from '../stack/stack.ts';
import { falconRegion } from './falcon-region.ts';

async function diagnosed(
  stack: Stack,
  id: string,
  signals: Readonly<Record<string, unknown>> = {},
) {
  const region = falconRegion(stack, signals);
  try {
    const never = new AbortController().signal;
    const found = await diagnose(region.context, region.runbook(id), never);
    const words = found.path.map(({ step, taken, recommended, evidence }) =>
      [step, taken?.because ?? recommended?.because ?? '', evidence?.error ?? ''].join(' | '),
    );
    return { ...found, words: words.join('\n') };
  } finally {
    region.close();
  }
}

describeOnStack('Falcon’s checks on the stack, where no journey goes', (stack) => {
  afterEach(async () => {
    await healthy(stack());
  });

  test('a worker killed at its limit leads to a higher one', async () => {
    await stack().faults.oomWorker(1);
    const found = await diagnosed(stack(), 'falcon/worker-crash-loop');
    expect(found.words).toContain('falcon-worker-1 was killed for want of memory');
    expect(found).toMatchObject({ leaf: 'raise-memory-limit', leastSure: null });
  });

  test('a well stack leads nowhere', async () => {
    const signals = {
      rate: 20,
      errors: 0,
      p95: 0.1,
      breaker: { redis: 'closed', postgres: 'closed' },
    };
    const found = await diagnosed(stack(), 'falcon/health', signals);
    expect(found).toMatchObject({ leaf: 'well', leastSure: null });
  });
});
