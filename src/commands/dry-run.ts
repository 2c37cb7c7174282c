import type { Plan, Refusal } from '../actions/plan.ts';
import type { Program } from '../composition/compose.ts';
import { diagnose, NO_RUN } from '../engine/diagnose.ts';
import type { Diagnosis } from '../engine/diagnosis.ts';
import { wantedAt } from '../engine/input-desk.ts';
import { missingInputs } from '../engine/inputs.ts';
import { changeOf, EVIDENCE_AGE_MS_MAX, precheckRefusal } from '../engine/request.ts';
import type { Place } from '../engine/scope.ts';
import type { Runbook } from '../runbooks/graph.ts';
import { type ExitCode, exitCodes } from './exit-codes.ts';
import type { Output } from './output.ts';

type Inputs = Readonly<Record<string, string>>;

/** Why a walk goes no further, in words for whoever would have to be there. */
function stop(runbook: Runbook, { at, end }: Diagnosis, { run }: Place): Refusal {
  const node = runbook.nodes.get(at);
  const refused = `It would stop at ${at}: ${node?.title ?? ''}`;
  if (end !== 'input') return { refused, mend: 'an operator decides there' };
  const missing = missingInputs(runbook, node, run.inputs).map(({ id }) => `--input ${id}=…`);
  return { refused: `${refused}, which asks for input`, mend: `give ${missing.join(' ')}` };
}

interface Walked {
  readonly diagnosis: Diagnosis;
  readonly place: Place;
}

/** Walks the runbook with the inputs given, and with the presets of those that have one. */
async function walk(program: Program, runbook: Runbook, given: Inputs): Promise<Walked> {
  const { context, region } = program;
  const { signal } = new AbortController();
  const diagnosis = await diagnose(context, runbook, signal, { inputs: given });
  const { at, end, path } = diagnosis;
  const place = { runbook, run: { ...NO_RUN, region: region.name, inputs: given, path } };
  if (end !== 'input') return { diagnosis, place };
  const missing = wantedAt(context, place, at).filter((wanted) => !wanted.given);
  const presets = missing.flatMap(({ spec, text }) => (text === null ? [] : [[spec.id, text]]));
  if (presets.length < missing.length) return { diagnosis, place };
  return walk(program, runbook, { ...given, ...Object.fromEntries(presets) });
}

async function planOf(program: Program, runbook: Runbook, inputs: Inputs): Promise<Plan | Refusal> {
  const { context, executor } = program;
  const { diagnosis, place } = await walk(program, runbook, inputs);
  const { at, path, end } = diagnosis;
  const node = runbook.nodes.get(at);
  if (node?.kind !== 'do' || end !== 'leaf') return stop(runbook, diagnosis, place);
  const ages = path.flatMap(({ evidence }) => evidence?.observedAt ?? []);
  const age = {
    at: ages.length === 0 ? null : Math.min(...ages),
    maxAgeMs: EVIDENCE_AGE_MS_MAX,
  };
  const held = precheckRefusal(context, place, node);
  if (held !== null) return held;
  const { signal } = new AbortController();
  const change = await executor.prepare(changeOf(context, place, node, age), signal);
  return 'refused' in change ? change : change.plan;
}

function words(plan: Plan): string {
  const targets = plan.targets.map(({ name, shortId, detail }) => `${name} ${shortId} ${detail}`);
  return [
    `would do  ${plan.command}`,
    `touches   ${targets.join(', ')}`,
    `risk      ${[plan.risk, ...plan.overrides].join('; ')}`,
    ...plan.notes.map((note) => `note      ${note}`),
    ...plan.details.map((line) => `          ${line}`),
    `undo      ${plan.undo}`,
    ...plan.verify.map((proof) => `verify    ${proof}`),
  ].join('\n');
}

/**
 * `run ID --dry-run`: walks what only observes and shows the dialog it would open. Opens no incident,
 * writes no event, changes nothing. Exit 4 where an operator would have to decide.
 */
export async function dryRun(
  program: Program,
  output: Output,
  runbook: Runbook,
  inputs: Inputs = {},
): Promise<ExitCode> {
  const plan = await planOf(program, runbook, inputs);
  if ('refused' in plan) {
    output.note([plan.refused, plan.mend].filter(Boolean).join('; '));
    return exitCodes.refused;
  }
  if (!output.json) output.write(words(plan));
  else {
    output.write(JSON.stringify({ event: 'planned', ...plan }));
    const last = { event: 'finished', outcome: 'dry-run', leaf: plan.leaf, verified: null };
    output.write(JSON.stringify(last));
  }
  return exitCodes.done;
}
