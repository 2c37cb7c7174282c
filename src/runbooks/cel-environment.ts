import { Environment, EvaluationError } from '@marcbachmann/cel-js';
import type { z } from 'zod';
import { DIVISOR_GUARD } from './cel-rewrite.ts';
import { celTypeOf, shapeOf } from './zod-shape.ts';

/** What a condition may know of `result`: nothing, that it is there, or its schema. */
export type ResultKnowledge = 'none' | 'any' | z.ZodType;

const ARITHMETIC: Readonly<Record<string, (a: number, b: number) => number>> = {
  '+': (a, b) => a + b,
  '-': (a, b) => a - b,
  '*': (a, b) => a * b,
  '/': (a, b) => a / b,
  '%': (a, b) => a % b,
};

/** Sizes and indices stay whole numbers in the library; these let them meet doubles. */
function registerMixedNumbers(environment: Environment): void {
  for (const [operator, compute] of Object.entries(ARITHMETIC)) {
    const handler = (a: unknown, b: unknown) => compute(Number(a), Number(b));
    environment.registerOperator(`int ${operator} double`, handler);
    environment.registerOperator(`double ${operator} int`, handler);
    if (operator === '%') environment.registerOperator('double % double', handler);
  }
  environment.registerOperator('int == double', (a, b) => Number(a) === Number(b));
}

function guard(divisor: unknown): unknown {
  if (Number(divisor) !== 0) return divisor;
  throw new EvaluationError({ code: 'division_by_zero', message: 'division by zero' });
}

function createBase(): Environment {
  const environment = new Environment({
    homogeneousAggregateLiterals: false,
    limits: { maxAstNodes: 2000, maxDepth: 60 },
  });
  registerMixedNumbers(environment);
  environment.registerFunction(`${DIVISOR_GUARD}(double): double`, guard);
  environment.registerFunction(`${DIVISOR_GUARD}(int): int`, guard);
  for (const name of ['signals', 'steps', 'inputs', 'run']) {
    environment.registerVariable(name, 'map');
  }
  return environment;
}

const base = createBase();
const withoutResult = base.clone();
const untyped = base.clone().registerVariable('result', 'dyn');
/** Evaluation is always over untyped values, so that no answer from outside can trip a conversion. */
export const evaluating = untyped.clone().registerVariable('first', 'dyn');

/** The names that hold a probe's answer: in a verification its first one too. */
type ResultNames = readonly ['result'] | readonly ['result', 'first'];
const typed = new Map<ResultNames['length'], WeakMap<z.ZodType, Environment>>();

/**
 * The environment that decides whether an expression can be typed.
 * @param first whether `first`, the result of the first sample, is known beside `result`
 */
export function checkingEnvironment(result: ResultKnowledge, first: boolean): Environment {
  if (result === 'none') return withoutResult;
  if (result === 'any') return first ? evaluating : untyped;
  const names: ResultNames = first ? ['result', 'first'] : ['result'];
  const cache = typed.get(names.length) ?? new WeakMap<z.ZodType, Environment>();
  typed.set(names.length, cache);
  const environment = cache.get(result) ?? typedEnvironment(result, names);
  cache.set(result, environment);
  return environment;
}

function typedEnvironment(result: z.ZodType, names: ResultNames): Environment {
  const type = celTypeOf(shapeOf(result));
  const environment = base.clone();
  for (const name of names) {
    if (typeof type === 'string') environment.registerVariable(name, type);
    else environment.registerVariable({ name, schema: type });
  }
  return environment;
}
