import type { Evidence } from '../../src/domain/evidence.ts';
import type { GatherStep } from '../../src/runbooks/graph.ts';
import { age, type Line, spread, text } from './line.ts';
import { indented } from './prose.ts';

/** Lines of one answer under a question. */
const ANSWER_LINES_MAX = 3;
/** Fields of a list or of a record within a record that are told. */
const INNER_MAX = 4;

type Fields = Readonly<Record<string, unknown>>;

const isFields = (value: unknown): value is Fields =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

function valueWords(value: unknown): string {
  if (value === null || value === undefined) return '–';
  if (Array.isArray(value)) {
    const more = value.length > INNER_MAX ? ` … ${value.length} in all` : '';
    return value.length === 0
      ? 'none'
      : value.slice(0, INNER_MAX).map(valueWords).join(', ') + more;
  }
  if (!isFields(value)) return String(value);
  const parts = Object.entries(value).slice(0, INNER_MAX);
  return `{${parts.map(([name, part]) => `${name} ${valueWords(part)}`).join(', ')}}`;
}

/** An answer on a line or two: `state exited   exitCode 137`. The whole of it is the evidence. */
function answerWords(result: unknown): string {
  if (!isFields(result)) return valueWords(result);
  const parts = Object.entries(result).map(([name, value]) => `${name} ${valueWords(value)}`);
  return parts.join(' · ') || 'nothing';
}

/** The command of a probe, how old its answer is, and what it said. */
export function answerLines(evidence: Evidence, width: number): readonly Line[] {
  const said = evidence.error ?? answerWords(evidence.result);
  return [
    spread(
      [text(`     $ ${evidence.command}`, 'quiet')],
      [age(evidence.observedAt, 'quiet', 'right')],
      width,
    ),
    ...indented(
      evidence.error === null ? said : `✖ ${said}`,
      width,
      7,
      evidence.error === null ? 'plain' : 'bad',
      ANSWER_LINES_MAX,
    ),
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
    const words = failed ? error : answerWords(result[as] ?? null);
    const indent = 8 + nameWidth;
    return indented(words, width, indent, failed ? 'bad' : 'plain', ANSWER_LINES_MAX).map(
      (line, index): Line =>
        index === 0
          ? [text(failed ? '     ✖' : '     ✔', failed ? 'bad' : 'ok'), name, ...line.slice(1)]
          : line,
    );
  });
}
