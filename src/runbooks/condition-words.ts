import { TypeError as CelTypeError, EvaluationError, ParseError } from '@marcbachmann/cel-js';
import { didYouMean } from '../domain/nearest.ts';
import { sanitizeLine } from '../domain/sanitize.ts';
import type { ResultKnowledge } from './cel-environment.ts';
import { missingPart, shapeOf } from './zod-shape.ts';

/** Why a condition cannot be used; `column` counts from 0 within its text. */
export interface ConditionError {
  readonly message: string;
  readonly column: number;
  readonly mend: string;
}

const MAX_REASON_LENGTH = 200;
const SYNTAX_MEND = 'conditions are CEL, e.g. `result.state != "running" && signals.p95 > 1`';

/** A compile error in the operator's words, at its place in the text as it was written. */
export function explainCompile(
  thrown: unknown,
  text: string,
  origin: (offset: number) => number,
  knowledge: ResultKnowledge,
  first: boolean,
): ConditionError {
  if (!(thrown instanceof ParseError || thrown instanceof CelTypeError)) {
    const message = thrown instanceof Error ? thrown.message : String(thrown);
    return { message: cut(message), column: 0, mend: 'compare something: `==`, `<`, `&&`, …' };
  }
  const column = Math.min(origin(thrown.range?.start ?? 0), text.length);
  const name = text.slice(column, origin(thrown.range?.end ?? 0));
  switch (thrown.code) {
    case 'unknown_variable':
      return unknownVariable(name, column, knowledge, first);
    case 'no_such_key':
      return {
        message: `the result has no field \`${name}\``,
        column,
        mend: fieldMend(text, column, name, knowledge),
      };
    case 'no_such_overload':
      return {
        message: `types do not fit: ${cut(thrown.summary.replace(/^no such overload: /, ''))}`,
        column,
        mend: 'compare like with like: numbers with numbers, text with text in quotes',
      };
    default: {
      const summary = thrown instanceof ParseError ? 'cannot be read' : 'cannot be typed';
      return { message: `condition ${summary}: ${cut(thrown.summary)}`, column, mend: SYNTAX_MEND };
    }
  }
}

function unknownVariable(
  name: string,
  column: number,
  knowledge: ResultKnowledge,
  first: boolean,
): ConditionError {
  if ((name === 'result' || (name === 'first' && first)) && knowledge === 'none') {
    const mend = 'use `signals`, or ask a probe in a check step first';
    return { message: `there is no \`${name}\` here: no probe is read`, column, mend };
  }
  if (name === 'first') {
    const mend = 'only the `until` of a verification with a probe knows its first sample';
    return { message: 'there is no `first` here', column, mend };
  }
  const known = ['result', 'signals', 'steps', 'inputs', 'run'];
  const otherwise =
    'conditions know `result`, `signals`, `steps`, `inputs` and `run`; text goes in quotes';
  return { message: `unknown name \`${name}\``, column, mend: didYouMean(name, known, otherwise) };
}

function fieldMend(text: string, column: number, name: string, knowledge: ResultKnowledge): string {
  const head = /([\w.]+)\.\s*$/.exec(text.slice(0, column))?.[1]?.split('.').slice(1) ?? [];
  if (typeof knowledge === 'string') return 'name a field of the result';
  const known = missingPart(shapeOf(knowledge), [...head, name])?.known ?? [];
  return didYouMean(name, known, `its fields are ${known.join(', ')}`);
}

/** Why an evaluation could not decide, short enough to stand beside the step. */
export function explainEvaluation(thrown: unknown): string {
  if (!(thrown instanceof EvaluationError)) {
    return `could not be evaluated: ${cut(thrown instanceof Error ? thrown.message : 'unknown')}`;
  }
  const node = thrown.node;
  const source = node?.input.slice(node.start, node.end).replaceAll(/(\d)\.0\b/g, '$1') ?? '';
  switch (thrown.code) {
    case 'no_such_key':
      return `${source} is not there`;
    case 'index_out_of_bounds':
      return `${source} is not there: the list is shorter`;
    case 'division_by_zero':
      return 'it divides by zero';
    case 'no_such_overload':
      return thrown.summary.includes('<null>')
        ? `${source}: a value is not known`
        : `${source}: ${cut(thrown.summary.replaceAll('dyn<', '<'))}`;
    default:
      return cut(source === '' ? thrown.summary : `${source}: ${thrown.summary}`);
  }
}

function cut(text: string): string {
  const line = sanitizeLine(text);
  return line.length > MAX_REASON_LENGTH ? `${line.slice(0, MAX_REASON_LENGTH - 1)}…` : line;
}
