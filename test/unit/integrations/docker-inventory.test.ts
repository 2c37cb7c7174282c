import { beforeEach, describe, expect, it } from 'vitest';
import { OperatorError } from '../../../src/domain/operator-error.ts';
import {
  type ContainerDetail,
  decodeInspection,
  decodeLine,
  type ListedContainer,
} from '../../../src/integrations/docker/decode.ts';
import {
  createInventory,
  type Inventory,
  PARALLEL_INSPECTIONS,
} from '../../../src/integrations/docker/inventory.ts';
import { RECENT_MS } from '../../../src/integrations/docker/restarts.ts';
import { createFakeClock, type FakeClock } from '../../harness/fake-clock.ts';
import { jsonFixture } from './fixtures.ts';

const never = new AbortController().signal;
const sample = decodeInspection(jsonFixture('docker/inspect-running.json'));
const idOf = (index: number) => index.toString(16).padStart(64, '0');

function line(index: number, Status = 'Up 3 minutes', State = 'running'): ListedContainer {
  return decodeLine({ Id: idOf(index), Names: [`/c${index}`], Image: 'i', State, Status });
}

describe('the inventory', () => {
  let clock: FakeClock;
  let inventory: Inventory;
  let asked: { id: string; answer: PromiseWithResolvers<ContainerDetail> }[];
  let changes: number;
  beforeEach(() => {
    clock = createFakeClock();
    asked = [];
    changes = 0;
    inventory = createInventory({
      clock,
      inspectionLimitMs: 1000,
      changed: () => {
        changes += 1;
      },
      client: {
        inspect(id) {
          const answer = Promise.withResolvers<ContainerDetail>();
          asked.push({ id, answer });
          return answer.promise;
        },
      },
    });
  });

  /** Answers every inspection that waits, and those that follow from it. */
  async function answerAll(change: Partial<ContainerDetail> = {}): Promise<number> {
    let answered = 0;
    for (let next = asked.shift(); next !== undefined; next = asked.shift()) {
      next.answer.resolve({ ...sample, id: next.id, ...change });
      answered += 1;
      await clock.settle();
    }
    return answered;
  }

  it('tells the list at once, and asks for few inspections at a time', async () => {
    const lines = Array.from({ length: 150 }, (_, index) => line(index));
    const first = await inventory.take(lines, 0, never);
    expect(first).toHaveLength(150);
    expect(first[0]).toMatchObject({ name: 'c0', inspected: false, startedAt: null });
    expect(asked).toHaveLength(PARALLEL_INSPECTIONS);
    expect(await answerAll()).toBe(150);
    expect(changes).toBe(1);
    const second = await inventory.take(lines, 0, never);
    expect(second.every(({ inspected }) => inspected)).toBe(true);
    expect(asked).toEqual([]);
  });

  it('keeps a container that did not change, whatever time its words tell', async () => {
    await inventory.take([line(1, 'Up 3 minutes')], 0, never);
    await answerAll();
    const [before] = await inventory.take([line(1, 'Up 4 minutes')], 0, never);
    const [after] = await inventory.take([line(1, 'Up 5 minutes')], 0, never);
    expect(after).toBe(before);
    expect(asked).toEqual([]);
  });

  it('inspects again what changed, was started anew, or was named by an event', async () => {
    await inventory.take([line(1)], 0, never);
    await answerAll();
    await inventory.take([line(1, 'Exited (1) 1 second ago', 'exited')], 0, never);
    expect(await answerAll()).toBe(1);
    await inventory.take([line(1, 'Up 9 minutes')], 0, never);
    expect(await answerAll()).toBe(1);
    await inventory.take([line(1, 'Up 2 seconds')], 0, never);
    expect(await answerAll()).toBe(1);
    const named = { type: 'container', project: null, container: idOf(1), at: clock.now() };
    inventory.heard({ ...named, action: 'oom' });
    await inventory.take([line(1, 'Up 3 seconds')], 0, never);
    expect(await answerAll({ oomKilled: true })).toBe(1);
    const [last] = await inventory.take([line(1, 'Up 4 seconds')], 0, never);
    expect(last).toMatchObject({ oomKilled: true, inspected: true });
  });

  it('knows of a kill for want of memory though the container ran again before its inspection', async () => {
    await inventory.take([line(1)], 0, never);
    await answerAll();
    const named = { type: 'container', project: null, container: idOf(1) };
    for (const action of ['oom', 'die', 'start']) {
      inventory.heard({ ...named, action, at: clock.now() });
    }
    const again = [line(1, 'Up 1 second')];
    await inventory.take(again, 0, never);
    await answerAll({ oomKilled: false });
    expect(await inventory.take(again, 0, never)).toMatchObject([
      { state: 'running', oomKilled: true, inspected: true },
    ]);
    const exited = [line(1, 'Exited (1) 1 second ago', 'exited')];
    await inventory.take(exited, 0, never);
    await answerAll({ oomKilled: false });
    expect(await inventory.take(exited, 0, never)).toMatchObject([{ oomKilled: false }]);
    clock.tick(RECENT_MS);
    expect(await inventory.take(again, 0, never)).toMatchObject([{ oomKilled: false }]);
  });

  it('says that what it knows is of before, until the new inspection is in', async () => {
    await inventory.take([line(1)], 0, never);
    await answerAll();
    const exited = [line(1, 'Exited (137) 1 second ago', 'exited')];
    expect(await inventory.take(exited, 0, never)).toMatchObject([
      { state: 'exited', exitCode: 137, inspected: false },
    ]);
  });

  it('waits for inspections as long as it is told to, and tells of those that come later', async () => {
    const slow = inventory.take([line(1)], 250, never);
    await clock.advance(250);
    expect(await slow).toMatchObject([{ inspected: false }]);
    await answerAll();
    expect(changes).toBe(1);
    const quick = inventory.take([line(1), line(2)], 250, never);
    await clock.settle();
    await answerAll();
    expect(await quick).toMatchObject([{ inspected: true }, { inspected: true }]);
    expect(changes).toBe(1);
  });

  it('asks again after a failure, and not after a refusal', async () => {
    await inventory.take([line(1), line(2)], 0, never);
    const [first, second] = asked.splice(0);
    first?.answer.reject(new OperatorError('timeout', 'slow'));
    second?.answer.reject(new OperatorError('denied', 'no'));
    await clock.settle();
    await inventory.take([line(1), line(2)], 0, never);
    expect(asked.map(({ id }) => id)).toEqual([idOf(1)]);
  });

  it('looks once more when a container changes while it is inspected', async () => {
    await inventory.take([line(1)], 0, never);
    await inventory.take([line(1, 'Exited (0) 1 second ago', 'exited')], 0, never);
    expect(asked).toHaveLength(1);
    expect(await answerAll()).toBe(2);
  });

  it('asks for nothing more once it is closed', async () => {
    await inventory.take([line(1), line(2), line(3), line(4), line(5)], 0, never);
    inventory.close();
    expect(await answerAll()).toBe(PARALLEL_INSPECTIONS);
    expect(changes).toBe(0);
  });
});
