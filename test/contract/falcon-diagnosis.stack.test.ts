import { expect, test } from 'vitest';
import { diagnose } from '../../src/engine/diagnose.ts';
import { describeOnStack } from '../harness/suites.ts';
import type { Stack } from '../stack/stack.ts';
import { falconRegion } from './falcon-region.ts';

async function diagnosed(stack: Stack, id: string, signals: Readonly<Record<string, unknown>>) {
  const region = falconRegion(stack, signals);
  try {
    return await diagnose(region.context, region.runbook(id), new AbortController().signal);
  } finally {
    region.close();
  }
}

describeOnStack('Falcon’s checks on the stack, where no journey goes', (stack) => {
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
