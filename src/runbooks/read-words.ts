import { didYouMean } from '../domain/nearest.ts';
import { checkTemplate, type TemplateName } from '../templates/template-names.ts';
import { filterNames } from '../templates/template-values.ts';
import {
  type Condition,
  type ConditionName,
  type ConditionOptions,
  compileCondition,
  runScopeFields,
} from './condition.ts';
import { builtInSignals, type Reader, type Reference } from './reader.ts';
import type { Path } from './yaml-file.ts';
import { missingPart, type Shape } from './zod-shape.ts';

/**
 * Compiles a condition; what is wrong is reported at its very column.
 * @param shape what is known of `result` where its type alone does not tell
 * @returns null when it cannot be used
 */
export function readCondition(
  reader: Reader,
  text: string,
  path: Path,
  options: ConditionOptions,
  shape: Shape | null = null,
): Condition | null {
  const compiled = compileCondition(text, options);
  if ('error' in compiled) {
    const { message, mend, column } = compiled.error;
    reader.report.error(path, message, mend, column);
    return null;
  }
  for (const name of compiled.ok.names) {
    const unknown = unknownName(reader, name, shape);
    if (unknown !== null) reader.report.error(path, unknown.message, unknown.mend, name.offset);
    note(reader, name, path, 'condition');
  }
  return compiled.ok;
}

interface Words {
  readonly message: string;
  readonly mend: string;
}

/** What is wrong with a name that begins with `result`, `signals` or `run`; null when nothing is. */
function unknownName(
  reader: Reader,
  { path: [root, name, ...rest] }: Pick<ConditionName, 'path'>,
  shape: Shape | null,
): Words | null {
  if (name === undefined) return null;
  if (root === 'result' && shape !== null) return unknownField(shape, [name, ...rest]);
  if (root === 'run') return unknownIn('run', name, runScopeFields);
  const { signals } = reader.facts;
  if (root !== 'signals' || signals === null) return null;
  return unknownIn('signals', name, [...builtInSignals, ...signals]);
}

/** The words about a path that a result does not have; null when it may. */
export function unknownField(shape: Shape, path: readonly string[]): Words | null {
  const missing = missingPart(shape, path);
  if (missing === null) return null;
  const { part, known } = missing;
  const mend = didYouMean(part, known, `its fields are ${known.join(', ')}`);
  return { message: `the result has no field \`${part}\``, mend };
}

function unknownIn(root: string, name: string, known: readonly string[]): Words | null {
  if (known.includes(name)) return null;
  const mend = didYouMean(name, known, `there are ${known.join(', ')}`);
  return { message: `\`${root}\` has no \`${name}\``, mend };
}

/** Keeps a name of a step or an input, to be looked at once all of them are known. */
function note(
  reader: Reader,
  { path: [root, id, ...field], offset }: ConditionName,
  path: Path,
  use: Reference['use'],
): void {
  if ((root !== 'steps' && root !== 'inputs') || id === undefined) return;
  reader.references.push({ root, id, field, node: reader.node, use, path, offset });
}

/** What a text may name beside signals, steps, inputs and the run. */
export interface TextOptions {
  /** Of `result`, where there is one. */
  readonly shape?: Shape | null;
  /** A name that stands for something else here, such as `before` in an undo. */
  readonly also?: string;
  /** True where a probe or action takes the text. */
  readonly value?: boolean;
}

/** Checks a text with placeholders. */
export function readTemplate(
  reader: Reader,
  text: string,
  path: Path,
  { shape = null, also, value = false }: TextOptions = {},
): void {
  const checked = checkTemplate(text);
  if ('error' in checked) {
    const { message, offset } = checked.error;
    const mend = 'placeholders are {{name}}, sections {{#name}}…{{/name}}';
    reader.report.error(path, `placeholder cannot be read: ${message}`, mend, offset);
    return;
  }
  for (const name of checked.ok) {
    if (name.path[0] === also) continue;
    const unknown = unfilled(reader, name, shape) ?? unknownFilter(name);
    if (unknown !== null) reader.report.warning(path, unknown.message, unknown.mend, name.offset);
    note(reader, name, path, value ? 'value' : 'words');
  }
}

const ROOTS: readonly string[] = ['signals', 'steps', 'inputs', 'run'];

function unfilled(reader: Reader, name: TemplateName, shape: Shape | null): Words | null {
  const [root = '', ...rest] = name.path;
  if (ROOTS.includes(root)) return unknownName(reader, name, null);
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
