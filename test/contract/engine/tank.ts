import { spawn } from 'node:child_process';
import { appendFileSync, existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import * as z from 'zod';
import { createExecutor, type Executor } from '../../../src/actions/executor.ts';
import type { Policy } from '../../../src/actions/policy.ts';
import { systemClock } from '../../../src/domain/clock.ts';
import type { EngineContext } from '../../../src/engine/context.ts';
import type { RunController } from '../../../src/engine/controller.ts';
import { openRunController } from '../../../src/engine/driver.ts';
import { createDesk } from '../../../src/incidents/desk.ts';
import type { Journal } from '../../../src/incidents/journal.ts';
import { openSqliteJournal } from '../../../src/incidents/store/sqlite.ts';
import { type Action, defineAction, defineProbe } from '../../../src/integrations/contract.ts';
import { loadRunbookText } from '../../../src/runbooks/build.ts';
import { type Catalogue, createCatalogue } from '../../../src/runbooks/catalogue.ts';
import type { Runbook } from '../../../src/runbooks/graph.ts';
import { noFacts } from '../../../src/runbooks/reader.ts';

// A region of one tank, whose only action writes a line into a file: what the file holds is how often it
// was carried out. The processes of these tests are put together from it.

const RUNBOOK = `
id: test/tank
title: The tank is empty
severity: P2
watch: []
steps:
  - id: look
    check: Is there anything in it?
    probe: tank.look
    branches:
      - { when: result.fillings == 0, because: it is empty, to: fill }
      - { because: it is full, to: full }
leaves:
  - id: fill
    do: Fill the tank
    action: tank.fill
    impact: it is full
    irreversible: water is water
    verify:
      - { title: It is full, probe: tank.look, until: result.fillings > 0, within: 20s, every: 100ms }
  - { id: full, end: Full, ends: resolved }
`;

/** At which moment of the action itself its runner dies. */
export type Moment = 'never' | 'before' | 'after' | 'holds';

export interface Tank {
  readonly folder: string;
  readonly journal: Journal;
  readonly context: EngineContext;
  readonly executor: Executor;
  readonly policy: Policy;
  readonly runbook: Runbook;
  open(): RunController;
}

const policy: Policy = { readOnly: false, maxRisk: 'destructive' };
const filled = (folder: string) => join(folder, 'filled');

/** How often the tank was filled. */
export function fillings(folder: string): number {
  const file = filled(folder);
  return existsSync(file) ? readFileSync(file, 'utf8').split('\n').length - 1 : 0;
}

/** Ends this very process as a power cut would. */
export function die(): void {
  process.kill(process.pid, 'SIGKILL');
}

function fillAction(folder: string, moment: Moment, atMoment: () => void | Promise<void>): Action {
  return defineAction({
    id: 'tank.fill',
    title: 'Fill the tank',
    risk: 'disruptive',
    input: z.strictObject({}),
    undo: { kind: 'irreversible', why: 'water is water' },
    timeoutMs: 30_000,
    // The identity stays as it is, so that nothing but the engine keeps it from being filled twice.
    preview: async () => ({
      targets: [{ kind: 'path', name: 'tank', shortId: 't', detail: '', identity: { id: 't' } }],
      command: 'fill tank',
      notes: [],
      before: {},
    }),
    async run(_input, _targets, { output }) {
      output('opening the tap');
      if (moment === 'before' || moment === 'holds') await atMoment();
      appendFileSync(filled(folder), 'filled\n');
      if (moment === 'after') await atMoment();
      output('closing the tap');
    },
    settle: async () =>
      fillings(folder) > 0
        ? { state: 'done', because: 'it is full' }
        : { state: 'not-done', because: 'it is empty' },
  });
}

function catalogueOf(folder: string, action: Action): Catalogue {
  const look = defineProbe({
    id: 'tank.look',
    title: 'What is in the tank',
    input: z.strictObject({}),
    result: z.object({ fillings: z.number() }),
    command: () => 'look tank',
    read: async () => ({ fillings: fillings(folder) }),
  });
  return createCatalogue([look], [action]);
}

export interface TankOptions {
  readonly folder: string;
  /** Where the journal lies; in the folder unless told. */
  readonly state?: string;
  /** Takes the place of the detached runner. */
  readonly startRunner?: (intent: string) => void;
  /** Wraps the journal, to end the process at one of its boundaries. */
  readonly journal?: (journal: Journal) => Journal;
  readonly moment?: Moment;
  readonly atMoment?: () => void | Promise<void>;
  /** Further arguments for the first runner that is started: how it dies. */
  readonly firstRunner?: readonly string[];
  readonly operator?: string;
}

/** Starts the runner as the program does: detached, on its own. The first one may be told to die. */
function startRunner(folder: string, first: readonly string[], intent: string): void {
  const marker = join(folder, 'runner-started');
  const told = existsSync(marker) ? [] : first;
  writeFileSync(marker, '');
  const script = fileURLToPath(new URL('./runner-process.ts', import.meta.url));
  spawn(process.execPath, [script, folder, intent, ...told], {
    detached: true,
    stdio: 'ignore',
  }).unref();
}

let ids = 0;

export function openTank(options: TankOptions): Tank {
  const { folder, moment = 'never', atMoment = die } = options;
  const clock = systemClock;
  const real = openSqliteJournal(join(options.state ?? folder, 'journal.db'), clock);
  const journal = options.journal?.(real) ?? real;
  const catalogue = catalogueOf(folder, fillAction(folder, moment, atMoment));
  const { runbook } = loadRunbookText(RUNBOOK, 'tank.yaml', noFacts, catalogue);
  if (runbook === null) throw new Error('the runbook does not load');
  const context: EngineContext = {
    clock,
    journal,
    catalogue,
    region: { name: 'cellar', system: 'test' },
    operator: { name: options.operator ?? 'ops', host: 'bastion', from: null, pid: process.pid },
    severities: [],
    signals: () => ({}),
    readings: () => ({}),
    reach: (signal) => ({
      clock,
      signal,
      bind: (role) => ({ role, project: 'cellar', service: role }),
      address: async () => ({ host: '127.0.0.1', port: 1, via: 'test' }),
    }),
  };
  const newId = () => `${process.pid}-${++ids}`;
  const executor = createExecutor({
    context,
    policy,
    newId,
    startRunner:
      options.startRunner ?? ((intent) => startRunner(folder, options.firstRunner ?? [], intent)),
  });
  return {
    folder,
    journal,
    context,
    executor,
    policy,
    runbook,
    open() {
      const desk = createDesk(journal, 'cellar', context.operator, newId);
      const { run } = desk.openRun(runbook, { alerts: [], alertedAt: null });
      return openRunController({ context, executor, runbook, run, log: () => undefined });
    },
  };
}
