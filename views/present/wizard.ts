import type { RunView } from '../../src/console/session.ts';
import { isLeaf } from '../../src/runbooks/graph.ts';
import { type Line, lineWidth, spread, text } from './line.ts';
import { scrolled, windowOf } from './list.ts';
import { gap, indented } from './prose.ts';
import { actingBlock } from './wizard-acting.ts';
import { leafBlock } from './wizard-leaf.ts';
import { finishedBlock, stuckBlock, verifyingBlock } from './wizard-outcome.ts';
import { pathLevels, pathLines } from './wizard-path.ts';
import { inputBlock, POINT_HERE, stepBlock } from './wizard-step.ts';

/** What the run is, and how far it is. */
export function wizardTitle(run: RunView, width: number): Line {
  const { runbook } = run.controller;
  const { path, current } = run.state;
  const checks = path.filter(({ taken, skipped }) => taken !== null || skipped !== null).length;
  const number = checks === 1 ? '1 check' : `${checks} checks`;
  const title: Line = [text(' '), text(runbook.title, 'strong')];
  const at: Line = [text(checks === 0 ? '' : `${number} → `, 'quiet'), text(current, 'accent')];
  const whole: Line = [text(`${runbook.id}   `, 'quiet'), ...at];
  // A title says more than an id, which is in the timeline too.
  const fits = lineWidth(title) + lineWidth(whole) + 2 <= width;
  return spread(title, fits ? whole : at, width);
}

/** The block of where the run stands now. */
function currentBlock(run: RunView, width: number, rows: number): readonly Line[] {
  const { state, controller } = run;
  const node = controller.runbook.nodes.get(state.current);
  if (state.phase === 'finished') return finishedBlock(run, width);
  if (node === undefined) return [[text(` ▶ ${state.current}`, 'strong')]];
  switch (state.phase) {
    case 'acting':
    case 'unknown':
      return actingBlock(run, node, width, rows);
    case 'input':
      return inputBlock(run, node, width);
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

/** What is above everything else: who drives, and what has been handed to whom. */
function drivingLines({ holder, state }: RunView, width: number): readonly Line[] {
  if (holder === null) return [];
  const { handedTo } = state;
  if (handedTo === null) return indented(`◌ driven by ${holder}: you follow it`, width, 1, 'warn');
  const note = handedTo.note === '' ? '' : `: ${handedTo.note}`;
  const words = `◌ handed over to ${handedTo.to} by ${handedTo.by}${note}   ⏎ takes it over`;
  return indented(words, width, 1, 'warn', 4);
}

/** Where the part in sight begins: it follows the point at hand, else it is where it was scrolled to. */
function beginOf(run: RunView, block: readonly Line[], rows: number): number {
  const here = block.findIndex(([first]) => first && 'text' in first && first.text === POINT_HERE);
  return here === -1 ? run.desk.scroll : windowOf(block.length, here, rows)[0];
}

/** With fewer lines the title of a step that is scrolled goes with it. */
const HEAD_ROWS_MIN = 8;

/** The left part of the wizard, and how far its step can be scrolled. */
export interface WizardView {
  readonly lines: readonly Line[];
  readonly scrollMax: number;
}

/**
 * The left part of the wizard in exactly the lines there are: the current block comes first, the path
 * is told as fully as what is left allows. A block that is too tall is scrolled.
 */
export function wizardView(run: RunView, width: number, rows: number): WizardView {
  const { state, controller } = run;
  const walked = state.path.filter(
    (visit) =>
      (visit.step !== state.current || visit.taken !== null || visit.skipped !== null) &&
      controller.runbook.nodes.get(visit.step)?.kind !== 'call',
  );
  const driving = drivingLines(run, width);
  const room = rows - driving.length - (walked.length > 0 ? 1 : 0);
  const changed = changedLines(run, width);
  const block = [...changed, ...currentBlock(run, width, room)];
  const fixed = driving.length + block.length;
  const extra = meanwhileLines(run, width);
  const tail = fixed + extra.length + 2 <= rows ? extra : [];
  for (const level of pathLevels) {
    const path = pathLines(walked, state.acts, controller.runbook, width, level);
    if (path.length + fixed + tail.length <= rows) {
      return { lines: [...driving, ...path, ...block, ...tail], scrollMax: 0 };
    }
  }
  const whole = pathLines(walked, state.acts, controller.runbook, width, 'one');
  const path = whole.slice(0, rows > 4 ? 1 : 0);
  const below = Math.max(0, rows - driving.length - path.length);
  // What is asked or done stays in sight, whatever is scrolled beneath it.
  const head = block.slice(0, below >= HEAD_ROWS_MIN ? changed.length + 1 : 0);
  const body = block.slice(head.length);
  const left = below - head.length;
  const lines = [
    ...driving.slice(0, rows),
    ...path,
    ...head,
    ...scrolled(body, beginOf(run, body, left), left),
  ];
  return { lines: lines.slice(0, rows), scrollMax: Math.max(0, body.length - left) };
}

/** As `wizardView`, its lines alone. */
export function wizardLines(run: RunView, width: number, rows: number): readonly Line[] {
  return wizardView(run, width, rows).lines;
}
