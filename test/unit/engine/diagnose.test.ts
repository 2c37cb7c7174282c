import { describe, expect, test } from 'vitest';
import * as z from 'zod';
import { diagnose, WALK_MS_MAX } from '../../../src/engine/diagnose.ts';
import { diagnosisWords } from '../../../src/engine/diagnosis.ts';
import { createProbeBudget, PROBES_AT_ONCE, SHARED_MS } from '../../../src/engine/probe-budget.ts';
import { defineProbe, type Probe } from '../../../src/integrations/contract.ts';
import type { Runbook } from '../../../src/runbooks/graph.ts';
import { createEngineKit, runbookOf } from '../../harness/engine-kit.ts';

const HEAD = 'id: test/walk\ntitle: A walk\nseverity: P2\n';
const LEAVES = `
leaves:
  - { id: lower, do: Lower the level, action: pump.set-level, with: { level: 1 }, impact: less, then: fine }
  - { id: fine, end: All is well, ends: resolved }
`;

const check = (id: string, to: string, from = 'pump.level') => `
  - id: ${id}
    check: Is ${id} so?
    probe: ${from}
    branches: [{ because: 'it is', to: ${to} }]`;

/** A probe that answers when it is let, and counts who is with it. */
function gate(id: string) {
  const waiting: (() => void)[] = [];
  const seen = { together: 0, most: 0, reads: 0, aborted: 0 };
  const probe: Probe = defineProbe({
    id,
    title: id,
    input: z.strictObject({ n: z.number().default(0) }),
    result: z.object({ n: z.number() }),
    command: () => id,
    async read({ n }, { signal }) {
      seen.reads += 1;
      seen.together += 1;
      seen.most = Math.max(seen.most, seen.together);
      signal.addEventListener('abort', () => {
        seen.aborted += 1;
      });
      await new Promise<void>((resolve) => waiting.push(resolve));
      seen.together -= 1;
      return { n };
    },
  });
  const open = () => {
    for (const go of waiting.splice(0)) go();
  };
  return { probe, seen, open };
}

const never = new AbortController().signal;

describe('a background walk', () => {
  test('stops where the operator decides, and says so', async () => {
    const kit = createEngineKit({
      runbook: `${HEAD}steps:${check('a', 'ask')}
  - id: ask
    ask: What now?
    branches: [{ because: go on, recommended: true, to: lower }]${LEAVES.replace('fine }\n  -', 'fine }\n  -')}`,
    });
    const found = await diagnose(kit.context, kit.runbook, never);
    expect(found).toMatchObject({ end: 'operator', leaf: null, at: 'ask', decided: 1, checks: 1 });
    expect(diagnosisWords(kit.runbook, found)).toEqual({
      finding: 'yours to decide: What now?',
      agreement: '1 of 1 check agrees',
      doubt: '',
    });
  });

  const asking = `${HEAD}inputs: [{ id: of, title: Which, type: name }]
steps:
  - id: a
    check: Is it so?
    probe: pump.level
    with: { of: '{{inputs.of}}' }
    branches: [{ because: 'it is', to: lower }]${LEAVES}`;

  test('stops where values are asked for, and goes on with them', async () => {
    const kit = createEngineKit({ runbook: asking });
    const found = await diagnose(kit.context, kit.runbook, never);
    expect(found).toMatchObject({ end: 'input', at: 'a', checks: 0, leastSure: null });
    expect(diagnosisWords(kit.runbook, found).finding).toBe('asks for input: Is it so?');
    expect(kit.pump.asked).toEqual([]);
    const given = await diagnose(kit.context, kit.runbook, never, { inputs: { of: 'side' } });
    expect(given).toMatchObject({ end: 'leaf', leaf: 'lower' });
    expect(kit.pump.asked).toEqual(['pump.level side']);
  });

  test('names the step it is least sure of, and why', async () => {
    const kit = createEngineKit({
      runbook:
        `${HEAD}steps:${check('a', 'b')}${check('b', 'fine', 'pump.state')}${LEAVES}`.replace(
          "because: 'it is', to: b",
          "because: 'it is', to: b",
        ),
    });
    kit.pump.state = 'out of reach';
    const found = await diagnose(kit.context, kit.runbook, never);
    expect(found).toMatchObject({
      end: 'undecided',
      at: 'b',
      decided: 1,
      checks: 2,
      confidence: 0.5,
    });
    expect(diagnosisWords(kit.runbook, found)).toEqual({
      finding: 'not decided: Is b so?',
      agreement: '1 of 2 checks agree',
      doubt: 'least sure: Is b so? (no way there)',
    });
  });

  test('asks no probe twice with the same input', async () => {
    const kit = createEngineKit({
      runbook: `${HEAD}steps:${check('a', 'b')}${check('b', 'c')}${check('c', 'lower')}${LEAVES}`,
    });
    const found = await diagnose(kit.context, kit.runbook, never);
    expect(found).toMatchObject({ leaf: 'lower', decided: 3 });
    expect(found.path.map(({ evidence }) => evidence?.step)).toEqual(['a', 'b', 'c']);
    expect(kit.pump.asked).toHaveLength(1);
  });

  test('ends with its time, whatever its probe does', async () => {
    const slow = gate('slow.probe');
    const kit = createEngineKit({
      probes: [slow.probe],
      runbook: `${HEAD}steps:${check('a', 'lower', 'slow.probe')}${LEAVES}`,
    });
    const budget = new AbortController();
    const walk = diagnose(kit.context, kit.runbook, never, {
      read: createProbeBudget(budget.signal),
    });
    await kit.clock.advance(WALK_MS_MAX + 1000);
    const found = await walk;
    expect(found).toMatchObject({ end: 'budget', leaf: null, at: 'a' });
    expect(found.elapsedMs).toBeLessThanOrEqual(WALK_MS_MAX);
    budget.abort();
  });
});

describe('the load of all walks together', () => {
  const walkOf = (n: number) => `${HEAD.replace('test/walk', `test/walk-${n}`)}steps:
  - id: a
    gather: Many at once
    probes:
      one: { probe: slow.probe, with: { n: ${n} } }
      two: { probe: slow.probe, with: { n: ${n + 100} } }
      same: { probe: slow.probe, with: { n: 7 } }
    branches: [{ because: 'it is', to: lower }]${LEAVES}`;

  test('is bounded, and one answer serves all who ask the same', async () => {
    const slow = gate('slow.probe');
    const kit = createEngineKit({ probes: [slow.probe] });
    const runbooks: Runbook[] = [1, 2, 3].map((n) => runbookOf(walkOf(n), kit.context.catalogue));
    const read = createProbeBudget(never);
    const walks = runbooks.map((runbook) => diagnose(kit.context, runbook, never, { read }));
    const done = Promise.all(walks);
    let ended = false;
    void done.then(() => {
      ended = true;
    });
    while (!ended) {
      await kit.clock.settle();
      slow.open();
    }
    expect((await done).map(({ leaf }) => leaf)).toEqual(['lower', 'lower', 'lower']);
    expect(slow.seen.most).toBe(PROBES_AT_ONCE);
    expect(slow.seen.reads).toBe(7);
  });

  test('an answer serves no longer than its time', async () => {
    const kit = createEngineKit({ runbook: `${HEAD}steps:${check('a', 'lower')}${LEAVES}` });
    const read = createProbeBudget(never);
    const walk = () => diagnose(kit.context, kit.runbook, never, { read });
    await walk();
    await kit.clock.advance(SHARED_MS - 1);
    await walk();
    expect(kit.pump.asked).toHaveLength(1);
    await kit.clock.advance(1);
    await walk();
    expect(kit.pump.asked).toHaveLength(2);
  });

  test('who leaves ends no read that others share', async () => {
    const slow = gate('slow.probe');
    const kit = createEngineKit({
      probes: [slow.probe],
      runbook: `${HEAD}steps:${check('a', 'lower', 'slow.probe')}${LEAVES}`,
    });
    const read = createProbeBudget(never);
    const leaving = new AbortController();
    const left = diagnose(kit.context, kit.runbook, leaving.signal, { read });
    const stays = diagnose(kit.context, kit.runbook, never, { read });
    await kit.clock.settle();
    leaving.abort();
    expect((await left).leaf).toBeNull();
    slow.open();
    expect((await stays).leaf).toBe('lower');
    expect(slow.seen).toMatchObject({ reads: 1, aborted: 0 });
  });
});
