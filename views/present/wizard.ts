import type { RunView } from '../../src/console/session.ts';
import { isLeaf } from '../../src/runbooks/graph.ts';
import { type Line, spread, text } from './line.ts';
import { clip } from './list.ts';
import { gap, indented } from './prose.ts';
import { actingBlock, leafBlock, stepBlock } from './wizard-block.ts';
import { finishedBlock, stuckBlock, verifyingBlock } from './wizard-outcome.ts';
import { pathLevels, pathLines } from './wizard-path.ts';

/** What the run is, and how far it is. */
export function wizardTitle(run: RunView, width: number): Line {
  const { runbook } = run.controller;
  const { path, current } = run.state;
  const checks = path.filter(({ taken, skipped }) => taken !== null || skipped !== null).length;
  const number = checks === 1 ? '1 check' : `${checks} checks`;
  return spread(
    [text(' '), text(runbook.title, 'strong')],
    [
      text(`${runbook.id}   `, 'quiet'),
      text(checks === 0 ? '' : `${number} → `, 'quiet'),
      text(current, 'accent'),
    ],
    width,
  );
}

/** The block of where the run stands now. */
function currentBlock(run: RunView, width: number): readonly Line[] {
  const { state, controller } = run;
  const node = controller.runbook.nodes.get(state.current);
  if (state.phase === 'finished') return finishedBlock(run, width);
  if (node === undefined) return [[text(` ▶ ${state.current}`, 'strong')]];
  switch (state.phase) {
    case 'acting':
    case 'unknown':
      return actingBlock(run, node, width);
    case 'verifying':
      return verifyingBlock(run, node, width);
    case 'stuck':
      return stuckBlock(run, node, width);
    default:
      return isLeaf(node) ? leafBlock(run, node, width) : stepBlock(run, node, width);
  }
}

/** Said when evidence read again points elsewhere than the path went. */
function changedLines(run: RunView, width: number): readonly Line[] {
  const { phase } = run.state;
  if (run.changed === null || (phase !== 'leaf' && phase !== 'deciding')) return [];
  return indented(`▲ the evidence has changed: ${run.changed}`, width, 1, 'warn', 3);
}

/** What users lose while the incident lasts: said where something is about to be decided or done. */
function meanwhileLines(run: RunView, width: number): readonly Line[] {
  const { meanwhile } = run.controller.runbook;
  const { phase } = run.state;
  if (meanwhile.length === 0 || (phase !== 'leaf' && phase !== 'deciding')) return [];
  const [first = '', ...rest] = meanwhile;
  return [
    gap,
    ...indented(`▲ meanwhile: ${first}`, width, 3, 'warn', 4),
    ...rest.flatMap((line) => indented(line, width, 5, 'warn')),
  ];
}

/**
 * The left part of the wizard in exactly the lines there are: the current block comes first, the path
 * is told as fully as what is left allows.
 */
export function wizardLines(run: RunView, width: number, rows: number): readonly Line[] {
  const { state, controller, holder } = run;
  const walked = state.path.filter(
    (visit) => visit.step !== state.current || visit.taken !== null || visit.skipped !== null,
  );
  const following: readonly Line[] =
    holder === null ? [] : indented(`◌ driven by ${holder}: you follow it`, width, 1, 'warn');
  const block = [...changedLines(run, width), ...currentBlock(run, width)];
  const fixed = following.length + block.length;
  const extra = meanwhileLines(run, width);
  const tail = fixed + extra.length + 2 <= rows ? extra : [];
  for (const level of pathLevels) {
    const path = pathLines(walked, controller.runbook, width, level);
    if (path.length + fixed + tail.length <= rows)
      return [...following, ...path, ...block, ...tail];
  }
  const path = pathLines(walked, controller.runbook, width, 'one').slice(0, rows > fixed ? 1 : 0);
  return [...following, ...path, ...clip(block, rows - following.length - path.length)];
}
