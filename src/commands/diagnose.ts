import type { Program } from '../composition/compose.ts';
import { diagnose } from '../engine/diagnose.ts';
import { type Diagnosis, diagnosisWords } from '../engine/diagnosis.ts';
import { createProbeBudget } from '../engine/probe-budget.ts';
import { fitting } from '../engine/suggestions.ts';
import type { Runbook } from '../runbooks/graph.ts';
import type { ContractOf } from './contract.ts';
import { type ExitCode, exitCodes } from './exit-codes.ts';
import { lostEngine } from './lost-engine.ts';
import { answer, type Output } from './output.ts';
import { lookWithRates } from './second-answers.ts';

type Answer = ContractOf<'diagnose'>[number];

function toAnswer(diagnosis: Diagnosis): Answer {
  return {
    runbook: diagnosis.runbook,
    leaf: diagnosis.leaf,
    confidence: diagnosis.confidence,
    evidence: diagnosis.path.flatMap(({ evidence }) =>
      evidence ? [{ ...evidence, observedAt: new Date(evidence.observedAt).toISOString() }] : [],
    ),
    elapsedMs: diagnosis.elapsedMs,
  };
}

function words(runbook: Runbook, diagnosis: Diagnosis): string {
  const title = (id: string) => runbook.nodes.get(id)?.title ?? id;
  const lines = diagnosis.path.map((visit) => {
    const says = visit.taken?.because ?? visit.evidence?.error ?? 'no branch holds';
    return `  ${visit.taken ? '✔' : '?'} ${title(visit.step)} ${says}`;
  });
  const { finding, agreement, doubt } = diagnosisWords(runbook, diagnosis);
  const end = diagnosis.leaf
    ? `  ➜ ${finding} (${diagnosis.leaf})`
    : `  stands at ${diagnosis.at}, ${finding}`;
  const sure = [agreement, doubt].filter(Boolean).join('; ');
  const last = sure === '' ? [end] : [end, `  ${sure}`];
  return [`${diagnosis.runbook}: ${runbook.title}`, ...lines, ...last].join('\n');
}

/**
 * `diagnose [ID]`: walks the observing part of a runbook, or of all that fit now. Changes nothing.
 * Exit 1 when something was found, 0 when no runbook fits.
 */
export async function diagnoseCommand(
  program: Program,
  output: Output,
  id: string | null,
  waitMs: number,
): Promise<ExitCode> {
  // Which pack it is may depend on what runs: before the look there is none.
  const known = () => id === null || program.pack?.runbooks.some((one) => one.id === id) === true;
  await lookWithRates(program, waitMs, known);
  const all = program.pack?.runbooks ?? [];
  if (!known()) {
    output.note(`There is no runbook ${id}; see opsconsole runbooks list`);
    return exitCodes.usage;
  }
  const silent = lostEngine(program);
  if (silent !== null) {
    output.note(silent);
    return exitCodes.unreachable;
  }
  const { context, live } = program;
  const fits = fitting(all, live.store.getState(), context.signals()).map((fit) => fit.runbook);
  const chosen = id === null ? fits : all.filter((runbook) => runbook.id === id);
  const { signal } = new AbortController();
  const read = createProbeBudget(signal);
  const found = await Promise.all(
    chosen.map((runbook) => diagnose(context, runbook, signal, { read })),
  );
  answer(output, found.map(toAnswer), () =>
    found.length === 0
      ? 'No runbook fits what is live now.'
      : found
          .flatMap((diagnosis) => {
            const runbook = all.find(({ id: known }) => known === diagnosis.runbook);
            return runbook === undefined ? [] : [words(runbook, diagnosis)];
          })
          .join('\n\n'),
  );
  const lost = found.some(({ path }) => path.some(({ evidence }) => evidence?.error));
  if (lost) return exitCodes.unreachable;
  return found.length === 0 ? exitCodes.done : exitCodes.unhealthy;
}
