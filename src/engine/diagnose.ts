import { type GraphNode, isLeaf, type Runbook } from '../runbooks/graph.ts';
import type { EngineContext } from './context.ts';
import type { Diagnosis, WalkEnd } from './diagnosis.ts';
import { readStep } from './evidence.ts';
import { missingInputs } from './inputs.ts';
import { readOnce } from './read-once.ts';
import { type ReadProbe, readProbe } from './read-probe.ts';
import type { RunIdentity } from './scope.ts';
import type { Visit } from './state.ts';

/** What stands for a run where there is none. */
export const NO_RUN = { id: 'none', incident: 'none' } as const;

/** Steps one walk may read: a bound against runbooks that never end. */
const WALK_STEPS_MAX = 50;
/** Longest a walk may take. */
export const WALK_MS_MAX = 10_000;

export interface WalkOptions {
  /** What is given for the inputs; a walk stops where one is missing. */
  readonly inputs?: Readonly<Record<string, string>>;
  /** How probes are read; a walk never asks one twice with the same input. */
  readonly read?: ReadProbe;
}

function visitTo(step: string, enteredAt: number): Visit {
  return {
    step,
    enteredAt,
    held: false,
    evidence: null,
    recommended: null,
    taken: null,
    skipped: null,
  };
}

/** Why a walk cannot go on at a node without reading it; null when it can. */
function stopAt(
  runbook: Runbook,
  node: GraphNode | undefined,
  inputs: Readonly<Record<string, string>>,
): WalkEnd | null {
  if (node === undefined) return 'undecided';
  if (missingInputs(runbook, node, inputs).length > 0) return 'input';
  if (isLeaf(node)) return 'leaf';
  const goesOn = node.kind === 'check' || node.kind === 'gather' || node.kind === 'call';
  return goesOn ? null : 'operator';
}

/** Reads one step, or passes through it. @returns how it was left; `taken` null when it was not */
async function visit(
  context: EngineContext,
  runbook: Runbook,
  node: GraphNode,
  run: RunIdentity,
  signal: AbortSignal,
  read: ReadProbe,
): Promise<Visit> {
  const begun = visitTo(node.id, context.clock.now());
  const by = { by: 'recommendation', overridden: false } as const;
  if (node.kind === 'call') {
    const turn = { to: node.to, because: `it goes on in ${node.runbook}`, sure: true };
    return { ...begun, recommended: turn, taken: { ...turn, ...by } };
  }
  if (node.kind !== 'check' && node.kind !== 'gather') return begun;
  const { evidence, turn } = await readStep(context, node, { runbook, run }, signal, read);
  const taken = turn?.sure ? { ...turn, ...by } : null;
  return { ...begun, evidence, recommended: turn, taken };
}

function told(
  runbook: Runbook,
  walked: Pick<Diagnosis, 'at' | 'end' | 'path' | 'startedAt' | 'elapsedMs'>,
): Diagnosis {
  const { at, end, path } = walked;
  const read = path.filter(({ evidence }) => evidence !== null);
  const decided = read.filter(({ taken }) => taken !== null).length;
  return {
    ...walked,
    runbook: runbook.id,
    leaf: end === 'leaf' ? at : null,
    decided,
    checks: read.length,
    confidence: read.length === 0 ? 0 : decided / read.length,
    leastSure: read.find(({ taken }) => taken === null)?.step ?? null,
  };
}

/**
 * Walks the observing part of a runbook: reads each step and takes its turn until a leaf, a step that
 * needs the operator or his values, or the end of the budget. Changes nothing and writes nothing.
 */
export async function diagnose(
  context: EngineContext,
  runbook: Runbook,
  signal: AbortSignal,
  options: WalkOptions = {},
): Promise<Diagnosis> {
  const { clock, region } = context;
  const { inputs = {} } = options;
  const read = readOnce(options.read ?? readProbe);
  const startedAt = clock.now();
  const limit = new AbortController();
  const timer = clock.after(WALK_MS_MAX, () => limit.abort(new Error('the walk took too long')));
  const abort = AbortSignal.any([signal, limit.signal]);
  const path: Visit[] = [];
  let at = runbook.start;
  let end: WalkEnd | null = null;
  while (end === null) {
    const node = runbook.nodes.get(at);
    end = stopAt(runbook, node, inputs);
    if (end !== null || node === undefined) break;
    if (path.length >= WALK_STEPS_MAX || abort.aborted) {
      end = 'budget';
      break;
    }
    const run = { ...NO_RUN, region: region.name, inputs, path };
    const visited = await visit(context, runbook, node, run, abort, read);
    path.push(visited);
    if (visited.taken === null) end = limit.signal.aborted ? 'budget' : 'undecided';
    else at = visited.taken.to;
  }
  timer.cancel();
  const elapsedMs = clock.now() - startedAt;
  return told(runbook, { at, end: end ?? 'undecided', path, startedAt, elapsedMs });
}
