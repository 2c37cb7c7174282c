import type { RunView } from '../../src/console/session.ts';
import type { GraphNode } from '../../src/runbooks/graph.ts';
import { elapsed, type Line, type Span, text } from './line.ts';
import { gap, indented } from './prose.ts';
import { titled } from './wizard-step.ts';

/** Lines of output that are kept in sight however few lines there are. */
const OUTPUT_LINES_MIN = 3;

/**
 * An action under way, or one whose outcome is not known: its newest output in what room there is.
 * @param rows lines there are for the whole block
 */
export function actingBlock(
  run: RunView,
  node: GraphNode,
  width: number,
  rows: number,
): readonly Line[] {
  const act = run.state.acts.at(-1);
  const unknown = run.state.phase === 'unknown';
  const since = act?.startedAt ?? act?.intendedAt;
  const end: readonly Span[] =
    since === undefined ? [] : [text(unknown ? 'began ' : 'acting '), elapsed(since)];
  const tone = unknown ? 'warn' : 'accent';
  const told = unknown
    ? 'The outcome is not known: what did it was lost after it began. It is being checked, and never repeated by itself.'
    : run.fleeting === null
      ? 'It goes on if this screen is closed.'
      : 'It ends with this screen, as all of this region does.';
  const head = [
    ...titled(unknown ? '▲' : '◐', node.title, width, end, tone),
    ...indented(`$ ${act?.command ?? ''}`, width, 5, 'quiet'),
  ];
  const foot = [gap, ...indented(told, width, 5, unknown ? 'warn' : 'quiet')];
  const output = act?.output ?? [];
  const room = Math.max(OUTPUT_LINES_MIN, rows - head.length - foot.length - 1);
  const hidden = Math.max(0, output.length - room);
  const above: readonly Line[] =
    hidden > 0 ? [[text(`     … ${hidden} lines above: L shows all`, 'quiet')]] : [];
  const shown = output.slice(-room).map((line): Line => [text('     '), text(line)]);
  return [...head, ...above, ...shown, ...foot];
}

/** All that the actions of a run have told, oldest first. */
export function outputLines(run: RunView, width: number): readonly Line[] {
  const told = run.state.acts.filter(({ output }) => output.length > 0);
  if (told.length === 0) return [[text(' no action has told anything yet', 'quiet')]];
  return told.flatMap(({ command, output, undoOf }) => [
    ...indented(`$ ${undoOf === null ? '' : 'undo: '}${command}`, width, 1, 'strong'),
    ...output.flatMap((line) => indented(line, width, 3)),
    gap,
  ]);
}
