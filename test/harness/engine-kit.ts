import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { onTestFinished } from 'vitest';
import { createExecutor, type Executor } from '../../src/actions/executor.ts';
import type { Policy } from '../../src/actions/policy.ts';
import { runIntent } from '../../src/actions/runner.ts';
import type { EngineContext } from '../../src/engine/context.ts';
import type { RunController } from '../../src/engine/controller.ts';
import { openRunController } from '../../src/engine/driver.ts';
import type { RunState } from '../../src/engine/state.ts';
import { createDesk } from '../../src/incidents/desk.ts';
import { openSqliteJournal } from '../../src/incidents/store/sqlite.ts';
import type { Action, Probe } from '../../src/integrations/contract.ts';
import { loadRunbookText } from '../../src/runbooks/build.ts';
import { type Catalogue, createCatalogue } from '../../src/runbooks/catalogue.ts';
import type { Runbook } from '../../src/runbooks/graph.ts';
import { noFacts } from '../../src/runbooks/reader.ts';
import { createFakeClock, type FakeClock } from './fake-clock.ts';
import { newPump, type Pump, pumpActions, pumpProbes } from './pump.ts';

const PUMP_RUNBOOK = `
id: test/pump
title: The pump stands still
severity: P2
opens-on: { alerts: [PumpDown] }
watch: [flow]
steps:
  - id: state
    check: Does the pump run?
    probe: pump.state
    branches:
      - when: result.state != "running"
        because: 'it is {{state}}'
        to: start
      - because: it runs
        to: choose
  - id: choose
    ask: What now?
    branches:
      - because: start it all the same
        recommended: true
        to: start
      - because: nothing is wrong
        to: nothing
leaves:
  - id: start
    do: Start the pump
    action: pump.start
    with: { name: main }
    impact: water flows
    irreversible: water that has flowed stays where it is
    verify:
      - { title: It runs, probe: pump.state, until: result.state == "running", within: 10s, every: 1s }
      - { title: Water flows, until: signals.flow > 1, within: 10s, every: 1s }
    otherwise: help
  - id: nothing
    decide: Nothing is wrong
    checklist: [Go back to sleep]
    ends: false-alarm
  - id: help
    escalate: Call the plumber
    reason: 'nothing else is left ({{run.incident}})'
`;

/** Builds a runbook from its text, or fails with its diagnostics. */
export function runbookOf(text: string, catalogue: Catalogue): Runbook {
  const { runbook, diagnostics } = loadRunbookText(text, 'test/pump.yaml', noFacts, catalogue);
  if (runbook === null) throw new Error(JSON.stringify(diagnostics, null, 2));
  return runbook;
}

/** One console's engine over a journal that others may share. */
export interface EngineKit {
  readonly clock: FakeClock;
  readonly pump: Pump;
  readonly signals: Record<string, unknown>;
  readonly folder: string;
  readonly runbook: Runbook;
  readonly context: EngineContext;
  readonly executor: Executor;
  readonly policy: Policy;
  /** Intents handed to the runner, oldest first; nothing runs them but `work`. */
  readonly intents: string[];
  /** Carries out the newest intent as the detached runner would, once what it waits for is there. */
  work(ready?: () => Promise<void>): Promise<boolean>;
  open(runbook?: Runbook): RunController;
  /** Lets the engine work until its state holds; fails when it does not within a minute of its clock. */
  reach(controller: RunController, holds: (state: RunState) => boolean): Promise<RunState>;
}

export interface EngineKitOptions {
  readonly policy?: Policy;
  readonly folder?: string;
  readonly clock?: FakeClock;
  readonly pump?: Pump;
  readonly runbook?: string;
  readonly probes?: readonly Probe[];
  readonly actions?: readonly Action[];
}

const ALL_ALLOWED: Policy = { readOnly: false, maxRisk: 'destructive' };
const REACH_WITHIN_MS = 60_000;
const STEP_MS = 250;

let ids = 0;

/** Makes an engine on a journal in a folder of the test's own. */
export function createEngineKit(options: EngineKitOptions = {}): EngineKit {
  const clock = options.clock ?? createFakeClock();
  const folder = options.folder ?? mkdtempSync(join(tmpdir(), 'opsconsole-engine-'));
  const pump: Pump = options.pump ?? newPump();
  const signals: Record<string, unknown> = { flow: 0 };
  const journal = openSqliteJournal(join(folder, 'journal.db'), clock);
  const catalogue = createCatalogue(
    [...pumpProbes(pump), ...(options.probes ?? [])],
    [...pumpActions(pump), ...(options.actions ?? [])],
  );
  const runbook = runbookOf(options.runbook ?? PUMP_RUNBOOK, catalogue);
  const context: EngineContext = {
    clock,
    journal,
    catalogue,
    region: { name: 'cellar', system: 'test' },
    operator: { name: 'ops', host: 'bastion', from: '203.0.113.9', pid: process.pid },
    severities: [
      { severity: 'P2', meaning: 'wet', contacts: ['plumber'], respondWithinMs: 3_600_000 },
    ],
    signals: () => signals,
    readings: () => ({ flow: String(signals['flow']) }),
    reach: (signal) => ({
      clock,
      signal,
      bind: (role) => ({ role, project: 'cellar', service: role }),
      address: async () => ({ host: '127.0.0.1', port: 1, via: 'test' }),
    }),
  };
  const policy = options.policy ?? ALL_ALLOWED;
  const intents: string[] = [];
  const newId = () => `id-${++ids}`;
  const executor = createExecutor({
    context,
    policy,
    newId,
    startRunner: (intent) => intents.push(intent),
  });
  onTestFinished(() => {
    journal.close();
    if (options.folder === undefined) rmSync(folder, { recursive: true, force: true });
  });

  return {
    clock,
    pump,
    signals,
    folder,
    runbook,
    context,
    executor,
    policy,
    intents,
    work: (ready) => runIntent(context, policy, intents.at(-1) ?? '', ready),
    open(asked = runbook) {
      const desk = createDesk(journal, 'cellar', context.operator, newId);
      const { run } = desk.openRun(asked, { alerts: ['PumpDown'], alertedAt: clock.now() });
      const log = (message: string, cause: unknown) => {
        throw new Error(message, { cause });
      };
      const controller = openRunController({ context, executor, runbook: asked, run, log });
      onTestFinished(() => controller.close());
      return controller;
    },
    async reach(controller, holds) {
      for (let waited = 0; waited <= REACH_WITHIN_MS; waited += STEP_MS) {
        await clock.settle();
        if (holds(controller.state())) return controller.state();
        await clock.advance(STEP_MS);
      }
      const { phase, current, acts } = controller.state();
      throw new Error(`the run stands at ${current}, ${phase}: ${JSON.stringify(acts.at(-1))}`);
    },
  };
}
