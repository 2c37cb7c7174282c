import { parseDuration } from '../domain/duration.ts';
import type { InputChoices, InputSpec } from './graph.ts';
import { compilePattern } from './input.ts';
import { readProbe } from './read-call.ts';
import { readTemplate, unknownField } from './read-words.ts';
import type { Reader } from './reader.ts';
import { type InputFile, inputSchema } from './schema-input.ts';
import { validate } from './validate.ts';
import type { Path } from './yaml-file.ts';
import { shapeOf } from './zod-shape.ts';

/** Reads the inputs that a runbook asks for before its first step; those that do not fit are left out. */
export function readRunbookInputs(reader: Reader, raw: readonly unknown[]): InputSpec[] {
  const files = raw.map((item, index) =>
    validate(inputSchema, item, reader.report, ['inputs', index]),
  );
  return files.flatMap((file, index) =>
    file === null ? [] : [readInputSpec(reader, file, ['inputs', index])],
  );
}

/** Reads the inputs of a step or leaf. */
export function readInputs(reader: Reader, files: readonly InputFile[], path: Path): InputSpec[] {
  const known = new Set<string>();
  return files.map((file, index) => {
    const at = [...path, 'input', index];
    if (known.has(file.id)) {
      reader.report.error([...at, 'id'], `the input \`${file.id}\` is there twice`, 'remove one');
    }
    known.add(file.id);
    return readInputSpec(reader, file, at);
  });
}

function readInputSpec(reader: Reader, file: InputFile, path: Path): InputSpec {
  const { id, title, type, pattern = null } = file;
  const offered = file.default === undefined ? null : String(file.default);
  if (offered !== null) readTemplate(reader, offered, [...path, 'default']);
  if (pattern !== null && compilePattern(pattern) === null) {
    const mend = 'write a JavaScript regular expression, such as [a-z]+-\\d{4}';
    reader.report.error([...path, 'pattern'], 'the pattern cannot be read', mend);
  }
  const bound = (field: 'min' | 'max') => readBound(reader, file, field, path);
  return {
    id,
    title,
    type,
    default: offered,
    pattern,
    min: bound('min'),
    max: bound('max'),
    choices: readChoices(reader, file.choices, [...path, 'choices']),
  };
}

function readBound(reader: Reader, file: InputFile, field: 'min' | 'max', path: Path) {
  const given = file[field];
  if (given === undefined || typeof given === 'number') return given ?? null;
  const ms = file.type === 'duration' ? parseDuration(given) : null;
  if (ms !== null) return ms;
  const mend = file.type === 'duration' ? 'durations are such as 90s or 5m' : 'write a number';
  reader.report.error([...path, field], `\`${given}\` is no bound of a ${file.type}`, mend);
  return null;
}

function readChoices(
  reader: Reader,
  choices: InputFile['choices'],
  path: Path,
): InputChoices | null {
  if (choices === undefined) return null;
  if (Array.isArray(choices)) return { kind: 'list', values: choices.map(String) };
  const probe = readProbe(reader, choices.probe, choices.with, path);
  const parts = choices.field.split('.');
  const unknown = probe === null ? null : unknownField(shapeOf(probe.result), parts);
  if (unknown !== null) {
    reader.report.error([...path, 'field'], unknown.message, unknown.mend);
  }
  return { kind: 'probe', probe: choices.probe, with: choices.with, field: choices.field };
}
