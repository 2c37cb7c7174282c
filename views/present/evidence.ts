import type { RunView } from '../../src/console/session.ts';
import type { Evidence } from '../../src/domain/evidence.ts';
import { type Line, phrase, text } from './line.ts';
import { outline } from './outline.ts';
import { gap, indented } from './prose.ts';

/** Lines of one answer that are shown; the journal keeps it whole. */
const ANSWER_LINES_MAX = 60;

function answerLines(result: unknown, width: number): readonly Line[] {
  const lines = outline(result);
  const shown = lines.slice(0, ANSWER_LINES_MAX).flatMap((line): readonly Line[] => {
    const deep = line.length - line.trimStart().length;
    return indented(line.trimStart(), width, 5 + deep);
  });
  const hidden = lines.length - ANSWER_LINES_MAX;
  return hidden > 0 ? [...shown, [text(`     … ${hidden} more lines`, 'quiet')]] : shown;
}

function evidenceBlock(evidence: Evidence, title: string, width: number): readonly Line[] {
  const head: Line = [
    text(' ✔ ', evidence.error === null ? 'ok' : 'bad'),
    text(title, 'strong'),
    text(`   took ${evidence.elapsedMs} ms, `, 'quiet'),
    phrase('age', evidence.observedAt, { after: ' ago' }, 'quiet'),
  ];
  const command = indented(`$ ${evidence.command}`, width, 5, 'quiet');
  const answer =
    evidence.error === null
      ? answerLines(evidence.result, width)
      : indented(`✖ ${evidence.error}`, width, 5, 'bad');
  return [head, ...command, ...answer, gap];
}

/** The raw answers of one step: what was read for it, and what is shown beside it. */
function answersOf(run: RunView, step: string): readonly Evidence[] {
  const own = run.controller.answersOf(step);
  return own.length > 0 ? own : run.controller.evidence().filter((read) => read.step === step);
}

/** All evidence of a run as it was read: of the step at hand first, then back along the path. */
export function evidenceLines(run: RunView, width: number): readonly Line[] {
  const { nodes } = run.controller.runbook;
  const { current, path } = run.state;
  const steps = [current, ...path.map(({ step }) => step).toReversed()];
  const all = [...new Set(steps)].flatMap((step) => answersOf(run, step));
  if (all.length === 0) return [[text(' no evidence has been read yet', 'quiet')]];
  return all.flatMap((evidence) =>
    evidenceBlock(evidence, nodes.get(evidence.step)?.title ?? evidence.step, width),
  );
}
