import type { ASTNode, ParseResult, TypeCheckResult } from '@marcbachmann/cel-js';
import type { Scope } from '../domain/scope.ts';
import { checkingEnvironment, evaluating, type ResultKnowledge } from './cel-environment.ts';
import { rewrite } from './cel-rewrite.ts';
import { type ConditionError, explainCompile, explainEvaluation } from './condition-words.ts';

export type { Scope };

/** What `run` can hold; `now` is epoch ms, `attempt` the number of the verification sample from 1. */
export const runScopeFields = ['id', 'incident', 'region', 'attempt', 'now'] as const;

/** A condition's verdict: `undecided` when something it names is not there. */
type Verdict =
  | { readonly kind: 'decided'; readonly holds: boolean }
  | { readonly kind: 'undecided'; readonly reason: string };

/** A compiled CEL expression. */
export interface Condition {
  readonly text: string;
  /** Dotted names it reads from the scope, e.g. `signals.breaker.redis`, as far as they are literal. */
  readonly names: readonly ConditionName[];
  /** Never throws, whatever the scope holds. */
  evaluate(scope: Scope): Verdict;
}

/** A name in a condition and where it begins in the text, from 0. */
export interface ConditionName {
  readonly path: readonly string[];
  readonly offset: number;
}

export type Compiled = { readonly ok: Condition } | { readonly error: ConditionError };

/** Longer conditions are refused: nobody could read them at night either. */
export const MAX_CONDITION_LENGTH = 2000;

export interface ConditionOptions {
  /** Types `result`, so that a wrong field name is an error here. */
  readonly resultSchema?: ResultKnowledge;
  /** For places that have no probe: naming `result` is an error. */
  readonly noResult?: boolean;
  /** For verifications: `first` is the result of the first sample. */
  readonly first?: boolean;
}

/**
 * Compiles a CEL expression over `result`, `signals`, `steps`, `inputs` and `run`; every number is a
 * double.
 * @returns the condition, or the error with its column from 0 within `text`
 */
export function compileCondition(text: string, options: ConditionOptions = {}): Compiled {
  if (text.length > MAX_CONDITION_LENGTH) {
    const message = `the condition is longer than ${MAX_CONDITION_LENGTH} characters`;
    return { error: { message, column: 0, mend: 'split it over several branches or steps' } };
  }
  const knowledge = options.noResult === true ? 'none' : (options.resultSchema ?? 'any');
  const first = options.first ?? false;
  let origin = (offset: number): number => offset;
  try {
    const ast = evaluating.parse(text).ast;
    const rewritten = rewrite(ast);
    const checked = checkingEnvironment(knowledge, first).check(rewritten.text);
    origin = rewritten.origin;
    const refused = refusal(checked);
    if (refused !== null) return { error: explainCompile(refused, text, origin, knowledge, first) };
    return { ok: condition(text, ast, evaluating.parse(rewritten.text)) };
  } catch (thrown) {
    return { error: explainCompile(thrown, text, origin, knowledge, first) };
  }
}

function refusal(checked: TypeCheckResult): unknown {
  if (!checked.valid) return checked.error;
  if (checked.type === 'bool' || checked.type === 'dyn') return null;
  return new Error(`the condition answers with a ${checked.type}, not with true or false`);
}

function condition(text: string, ast: ASTNode, program: ParseResult): Condition {
  return {
    text,
    names: namesOf(ast),
    evaluate: (scope) => {
      try {
        const value: unknown = program({
          result: scope.result,
          first: scope.first,
          signals: scope.signals ?? {},
          steps: scope.steps ?? {},
          inputs: scope.inputs ?? {},
          run: scope.run ?? {},
        });
        if (typeof value === 'boolean') return { kind: 'decided', holds: value };
        const word = value === null ? 'not known' : `a ${typeof value}, not true or false`;
        return { kind: 'undecided', reason: `${text} is ${word}` };
      } catch (thrown) {
        return { kind: 'undecided', reason: explainEvaluation(thrown) };
      }
    },
  };
}

const ROOTS = new Set(['result', 'first', 'signals', 'steps', 'inputs', 'run']);

/** Every maximal access path that starts at a scope variable. */
function namesOf(ast: ASTNode): ConditionName[] {
  const names: ConditionName[] = [];
  const visit = (node: ASTNode): void => {
    const path = pathOf(node);
    if (path !== null) {
      if (ROOTS.has(path[0] ?? '')) names.push({ path, offset: node.start });
      return;
    }
    for (const part of childrenOf(node)) visit(part);
  };
  visit(ast);
  return names;
}

function pathOf(node: ASTNode): string[] | null {
  if (node.op === 'id') return [node.args];
  if (node.op === '.') {
    const head = pathOf(node.args[0]);
    return head === null ? null : [...head, node.args[1]];
  }
  if (node.op === '[]' && node.args[1].op === 'value' && typeof node.args[1].args === 'string') {
    const head = pathOf(node.args[0]);
    return head === null ? null : [...head, node.args[1].args];
  }
  return null;
}

function childrenOf(node: ASTNode): readonly ASTNode[] {
  const isNode = (part: unknown): part is ASTNode =>
    typeof part === 'object' && part !== null && 'op' in part && 'start' in part;
  const args: unknown = node.args;
  if (isNode(args)) return [args];
  return Array.isArray(args) ? args.flat(2).filter(isNode) : [];
}
