import type { Plan, Refusal } from '../actions/plan.ts';
import type { Program } from '../composition/compose.ts';
import { diagnose, NO_RUN } from '../engine/diagnose.ts';
import { changeOf, EVIDENCE_AGE_MS_MAX } from '../engine/request.ts';
import type { Runbook } from '../runbooks/graph.ts';
import { type ExitCode, exitCodes } from './exit-codes.ts';
import type { Output } from './output.ts';

async function planOf(program: Program, runbook: Runbook): Promise<Plan | Refusal> {
  const { context, executor, region } = program;
  const { signal } = new AbortController();
  const { at, path } = await diagnose(context, runbook, signal);
  const node = runbook.nodes.get(at);
  if (node?.kind !== 'do') {
    return {
      refused: `It would stop at ${at}: ${node?.title ?? ''}`,
      mend: 'an operator decides there',
    };
  }
  const ages = path.flatMap(({ evidence }) => evidence?.observedAt ?? []);
  const run = { ...NO_RUN, region: region.name };
  const age = { at: Math.min(...ages), maxAgeMs: EVIDENCE_AGE_MS_MAX };
  const change = await executor.prepare(changeOf(context, run, node, age), signal);
  return 'refused' in change ? change : change.plan;
}

function words(plan: Plan): string {
  const targets = plan.targets.map(({ name, shortId, detail }) => `${name} ${shortId} ${detail}`);
  return [
    `would do  ${plan.command}`,
    `touches   ${targets.join(', ')}`,
    `risk      ${plan.risk}`,
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
): Promise<ExitCode> {
  const plan = await planOf(program, runbook);
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
