import { afterEach, expect, test } from 'vitest';
import { diagnose } from '../../src/engine/diagnose.ts';
import type { Diagnosis } from '../../src/engine/diagnosis.ts';
import { readProbe } from '../../src/engine/read-probe.ts';
import { renderValues } from '../../src/templates/template.ts';
import { eventually } from '../harness/eventually.ts';
import { healthy } from '../harness/journey-stack.ts';
import { describeOnStack } from '../harness/suites.ts';
import { PORT_HOLDER, TAKEN_PORT } from '../stack/configuration-faults.ts';
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

/** Makes the change of a leaf as its action does, after the findings of a walk. */
async function make(stack: Stack, leafId: string, { path, runbook }: Diagnosis): Promise<void> {
  const region = falconRegion(stack);
  try {
    const leaf = region.runbook(runbook).nodes.get(leafId);
    const action = leaf?.kind === 'do' ? region.context.catalogue.action(leaf.action) : undefined;
    if (leaf?.kind !== 'do' || action === undefined) throw new Error(`${leafId} changes nothing`);
    const steps = Object.fromEntries(path.map(({ step, evidence }) => [step, evidence?.result]));
    const reach = {
      ...region.context.reach(new AbortController().signal),
      output: () => undefined,
    };
    const asked = action.input.parse(renderValues(leaf.with, { steps }));
    const { input = asked, targets } = await action.preview(asked, reach);
    await action.run(action.input.parse(input), targets, reach);
  } finally {
    region.close();
  }
}

/** The first proof of a leaf whose title this is comes to hold. */
async function proved(stack: Stack, leafId: string, title: string): Promise<void> {
  const region = falconRegion(stack);
  try {
    const leaf = region.runbook('falcon/worker-crash-loop').nodes.get(leafId);
    const spec = leaf?.kind === 'do' ? leaf.verify.find((one) => one.title === title) : undefined;
    if (spec?.probe == null) throw new Error(`${leafId} proves no such thing`);
    const call = { step: leafId, probe: spec.probe, input: spec.with };
    const holds = async () => {
      const { result } = await readProbe(region.context, call, new AbortController().signal);
      const verdict = spec.until.evaluate({ result });
      return verdict.kind === 'decided' && verdict.holds;
    };
    await eventually(holds, { what: title, timeoutMs: 120_000, everyMs: 500 });
  } finally {
    region.close();
  }
}

describeOnStack('Falcon’s worker crash loop on the stack', (stack) => {
  afterEach(async () => {
    await healthy(stack());
  });

  test('a taken port leads to the container that holds it, published or not', async () => {
    await stack().faults.crashByPort();
    const found = await diagnosed(stack(), 'falcon/worker-crash-loop');
    expect(found.words).toContain(`port | ${PORT_HOLDER} holds port ${TAKEN_PORT}`);
    expect(found).toMatchObject({ leaf: 'free-port', leastSure: null });
    await make(stack(), 'free-port', found);
    await proved(stack(), 'free-port', 'Every worker runs');
  });

  test('a refused setting leads to its default', async () => {
    await stack().faults.crashByConfiguration();
    const found = await diagnosed(stack(), 'falcon/worker-crash-loop');
    expect(found.words).toContain('POSTGRES_POOL_SIZE is "twenty", known to work is 20');
    expect(found).toMatchObject({ leaf: 'fix-configuration', leastSure: null });
    await make(stack(), 'fix-configuration', found);
    await proved(stack(), 'fix-configuration', 'Every known setting fits');
    await make(stack(), 'apply-configuration', found);
    await proved(stack(), 'apply-configuration', 'Every worker runs');
  });

  test('a dependency that is down leads to its start', async () => {
    await stack().faults.crashByDependency();
    const found = await diagnosed(stack(), 'falcon/worker-crash-loop');
    expect(found.words).toContain('Redis is exited (exit 137), Postgres is running');
    expect(found).toMatchObject({ leaf: 'restart-dependencies', leastSure: null });
    await make(stack(), 'restart-dependencies', found);
    await proved(stack(), 'restart-dependencies', 'Every worker runs');
  });

  test('a worker killed at its limit leads to a higher one', async () => {
    await stack().faults.oomWorker(1);
    const found = await diagnosed(stack(), 'falcon/worker-crash-loop');
    expect(found.words).toContain('falcon-worker-1 was killed for want of memory');
    expect(found).toMatchObject({ leaf: 'raise-memory-limit', leastSure: null });
  });

  test('a bad release leads back to the one before', async () => {
    await stack().faults.deployBad({ share: 1 });
    const found = await diagnosed(stack(), 'falcon/high-error-rate', { errors: 0.5 });
    expect(found.words).toMatch(/release \| .* before it there was 1\.0\.0/);
    expect(found).toMatchObject({ leaf: 'rollback', leastSure: null });
    await make(stack(), 'rollback', found);
    const running = await stack().docker(['inspect', '--format', '{{.Image}}', 'falcon-worker-1']);
    const good = await stack().docker(['inspect', '--format', '{{.Id}}', 'falcon-worker:1.0.0']);
    expect(running.stdout).toBe(good.stdout);
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
