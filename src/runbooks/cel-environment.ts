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
  for (const name of ['signals', 'inputs', 'run']) environment.registerVariable(name, 'map');
  return environment;
}

const base = createBase();
const withoutResult = base.clone();
/** Evaluation is always over untyped values, so that no answer from outside can trip a conversion. */
export const evaluating = base.clone().registerVariable('result', 'dyn');
const typed = new WeakMap<z.ZodType, Environment>();

/** The environment that decides whether an expression can be typed. */
export function checkingEnvironment(result: ResultKnowledge): Environment {
  if (result === 'none') return withoutResult;
  if (result === 'any') return evaluating;
  const known = typed.get(result);
  if (known !== undefined) return known;
  const type = celTypeOf(shapeOf(result));
  const environment = base.clone();
  if (typeof type === 'string') environment.registerVariable('result', type);
  else environment.registerVariable({ name: 'result', schema: type });
  typed.set(result, environment);
  return environment;
}
