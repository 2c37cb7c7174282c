import { systemClock } from '../../../src/domain/clock.ts';
import type {
  Action,
  ActionContext,
  Address,
  Preview,
  Probe,
} from '../../../src/integrations/contract.ts';

/** What a probe or an action is given in these tests, with the output it made. */
export interface TestContext extends ActionContext {
  readonly lines: string[];
}

/**
 * A context of project `falcon` whose roles are its services.
 *
 * @param address where every role lives
 */
export function testContext(
  address: () => Promise<Address> = () => Promise.reject(new Error('no address in this test')),
): TestContext {
  const lines: string[] = [];
  return {
    clock: systemClock,
    signal: new AbortController().signal,
    bind: (role) => ({ role, project: 'falcon', service: role }),
    address,
    output: (line) => void lines.push(line),
    lines,
  };
}

/** Reads a probe by id as the engine does: input and result through their schemas. */
export async function read(
  probes: readonly Probe[],
  id: string,
  input: object,
  context: TestContext,
): Promise<Record<string, unknown>> {
  const probe = probes.find((one) => one.id === id);
  if (probe === undefined) throw new Error(`no probe ${id}`);
  const result = await probe.read(probe.input.parse(input), context);
  return probe.result.parse(result) as Record<string, unknown>;
}

/** One action with its input parsed. */
export interface Prepared {
  readonly action: Action;
  preview(): Promise<Preview>;
  run(preview: Preview): ReturnType<Action['run']>;
  settle(preview: Preview, startedAt: number): ReturnType<Action['settle']>;
}

/** Prepares an action by id as the executor does. */
export function prepare(
  actions: readonly Action[],
  id: string,
  input: object,
  context: TestContext,
): Prepared {
  const action = actions.find((one) => one.id === id);
  if (action === undefined) throw new Error(`no action ${id}`);
  const parsed = action.input.parse(input);
  return {
    action,
    preview: () => action.preview(parsed, context),
    run: ({ targets }) => action.run(parsed, targets, context),
    settle: ({ targets }, startedAt) => action.settle(parsed, targets, startedAt, context),
  };
}
