import type { Evidence } from '../../src/domain/evidence.ts';
import type { GatherStep } from '../../src/runbooks/graph.ts';
import { tableLines } from './answer-table.ts';
import {
  fieldLabel,
  fieldWords,
  isFields,
  isPair,
  toldFields,
  valueWords,
} from './answer-words.ts';
import { age, cut, type Line, spread, text } from './line.ts';
import { indented } from './prose.ts';

/** Lines of what one answer says by itself, and rows of each list in it. */
const ANSWER_LINES_MAX = 3;
const ROWS_MAX = 3;
const INDENT = 7;
/** A list with a text of more than this is told a line each. */
const SHORT_TEXT_MAX = 24;

/** An answer on a line or two: `state exited · exit code 137`. The whole of it is the evidence. */
function answerWords(result: unknown, readAt: number): string {
  if (!isFields(result)) return valueWords('', result, readAt);
  const parts = toldFields(result).map(([name, value]) => fieldWords(name, value, readAt));
  return parts.join(' · ') || 'nothing';
}

const isProse = (value: readonly unknown[]) =>
  value.every((one) => typeof one === 'string') &&
  value.some((one) => String(one).length > SHORT_TEXT_MAX);

const isTable = (value: readonly unknown[]) => value.some(isFields) && !value.every(isPair);

/** What a list says, under its name. */
function listLines(name: string, value: readonly unknown[], readAt: number, width: number) {
  const head: Line = [
    text(' '.repeat(INDENT)),
    text(`${fieldLabel(name)}  ${value.length}`, 'quiet'),
  ];
  if (isTable(value)) {
    const room = { width, indent: INDENT + 2, rowsMax: ROWS_MAX };
    return [head, ...tableLines(value, readAt, room)];
  }
  // What was said last is nearest to what went wrong.
  const last = value.slice(-ROWS_MAX);
  return [
    head,
    ...last.map(
      (one): Line => [text(' '.repeat(INDENT + 2)), text(cut(String(one), width - INDENT - 2))],
    ),
  ];
}

function saidLines(result: unknown, readAt: number, width: number): readonly Line[] {
  if (!isFields(result)) {
    return indented(valueWords('', result, readAt), width, INDENT, 'plain', ANSWER_LINES_MAX);
  }
  const told = toldFields(result);
  const listed = (value: unknown): value is readonly unknown[] =>
    Array.isArray(value) && (isTable(value) || isProse(value));
  const lists = told.flatMap(([name, value]) => (listed(value) ? [[name, value] as const] : []));
  const short = told.filter(([, value]) => !listed(value));
  const words = short.map(([name, value]) => fieldWords(name, value, readAt)).join(' · ');
  return [
    ...indented(
      words || (lists.length > 0 ? '' : 'nothing'),
      width,
      INDENT,
      'plain',
      ANSWER_LINES_MAX,
    ),
    ...lists.flatMap(([name, value]) => listLines(name, value, readAt, width)),
  ];
}

/** The command of a probe, how old its answer is, and what it said. */
export function answerLines(evidence: Evidence, width: number): readonly Line[] {
  const { error, observedAt, result } = evidence;
  return [
    spread(
      [text(`     $ ${evidence.command}`, 'quiet')],
      [age(observedAt, 'quiet', 'right')],
      width,
    ),
    ...(error === null
      ? saidLines(result, observedAt, width)
      : indented(`✖ ${error}`, width, INDENT, 'bad', ANSWER_LINES_MAX)),
  ];
}

/** Names of what is gathered are this wide at most. */
const NAME_WIDTH_MAX = 16;

/** What each probe of a `gather` said, or why it failed, each in its place. */
export function gatherLines(
  step: GatherStep,
  evidence: Evidence | null,
  width: number,
): readonly Line[] {
  const result = isFields(evidence?.result) ? evidence.result : {};
  const errors = isFields(result['errors']) ? result['errors'] : {};
  const longest = Math.max(...step.probes.map(({ as }) => as.length));
  const nameWidth = Math.min(NAME_WIDTH_MAX, longest);
  return step.probes.flatMap(({ as }): readonly Line[] => {
    const name = text(` ${as.padEnd(nameWidth).slice(0, nameWidth)}  `, 'quiet');
    if (evidence === null) return [[text('     ◐', 'accent'), name, text('…', 'quiet')]];
    const error = errors[as];
    const failed = typeof error === 'string';
    const words = failed ? error : answerWords(result[as] ?? null, evidence.observedAt);
    const indent = 8 + nameWidth;
    return indented(words, width, indent, failed ? 'bad' : 'plain', ANSWER_LINES_MAX).map(
      (line, index): Line =>
        index === 0
          ? [text(failed ? '     ✖' : '     ✔', failed ? 'bad' : 'ok'), name, ...line.slice(1)]
          : line,
    );
  });
}
