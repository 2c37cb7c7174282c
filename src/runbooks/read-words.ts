import { didYouMean } from '../domain/nearest.ts';
import { checkTemplate, type TemplateName } from '../templates/template-names.ts';
import { filterNames } from '../templates/template-values.ts';
import type { ResultKnowledge } from './cel-environment.ts';
import { type Condition, compileCondition, runScopeFields } from './condition.ts';
import { builtInSignals, type Reader } from './reader.ts';
import type { Path } from './yaml-file.ts';
import { missingPart, type Shape } from './zod-shape.ts';

/**
 * Compiles a condition; what is wrong is reported at its very column.
 * @returns null when it cannot be used
 */
export function readCondition(
  reader: Reader,
  text: string,
  path: Path,
  result: ResultKnowledge,
): Condition | null {
  const compiled = compileCondition(text, { resultSchema: result });
  if ('error' in compiled) {
    const { message, mend, column } = compiled.error;
    reader.report.error(path, message, mend, column);
    return null;
  }
  for (const { path: name, offset } of compiled.ok.names) {
    const unknown = unknownName(reader, name);
    if (unknown !== null) reader.report.error(path, unknown.message, unknown.mend, offset);
  }
  return compiled.ok;
}

interface Words {
  readonly message: string;
  readonly mend: string;
}

/** What is wrong with a name that begins with `signals`, `inputs` or `run`; null when nothing is. */
function unknownName(reader: Reader, [root, name]: readonly string[]): Words | null {
  if (name === undefined) return null;
  if (root === 'inputs') {
    return { message: `there is no input \`${name}\``, mend: 'runbooks of this form take none' };
  }
  if (root === 'run') return unknownIn('run', name, runScopeFields);
  const { signals } = reader.facts;
  if (root !== 'signals' || signals === null) return null;
  return unknownIn('signals', name, [...builtInSignals, ...signals]);
}

function unknownIn(root: string, name: string, known: readonly string[]): Words | null {
  if (known.includes(name)) return null;
  const mend = didYouMean(name, known, `there are ${known.join(', ')}`);
  return { message: `\`${root}\` has no \`${name}\``, mend };
}

/**
 * Checks a text with placeholders.
 * @param shape of `result` where there is one
 */
export function readTemplate(
  reader: Reader,
  text: string,
  path: Path,
  shape: Shape | null = null,
): void {
  const checked = checkTemplate(text);
  if ('error' in checked) {
    const { message, offset } = checked.error;
    const mend = 'placeholders are {{name}}, sections {{#name}}…{{/name}}';
    reader.report.error(path, `placeholder cannot be read: ${message}`, mend, offset);
    return;
  }
  for (const name of checked.ok) {
    const unknown = unfilled(reader, name, shape) ?? unknownFilter(name);
    if (unknown !== null) reader.report.warning(path, unknown.message, unknown.mend, name.offset);
  }
}

function unfilled(reader: Reader, name: TemplateName, shape: Shape | null): Words | null {
  const [root = '', ...rest] = name.path;
  if (root === 'signals' || root === 'inputs' || root === 'run') {
    return unknownName(reader, name.path);
  }
  if (name.nested) return null;
  const message = `nothing fills \`{{${name.path.join('.')}}}\``;
  if (shape === null) return { message, mend: 'use signals or run here: no probe is read' };
  const missing = missingPart(shape, root === 'result' ? rest : name.path);
  if (missing === null) return null;
  const known = missing.known;
  return { message, mend: didYouMean(missing.part, known, `there are ${known.join(', ')}`) };
}

function unknownFilter({ filter }: TemplateName): Words | null {
  if (filter === null || filterNames.includes(filter)) return null;
  const mend = didYouMean(filter, filterNames, `units are ${filterNames.join(', ')}`);
  return { message: `unknown unit \`${filter}\``, mend };
}
