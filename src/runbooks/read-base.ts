import { didYouMean } from '../domain/nearest.ts';
import type { InputSpec } from './graph.ts';
import { readInputs } from './read-inputs.ts';
import { readTemplate } from './read-words.ts';
import type { Reader } from './reader.ts';
import type { Report } from './report.ts';
import type { InputFile } from './schema-input.ts';
import type { Path } from './yaml-file.ts';

/** What every step and leaf has. */
interface NodeFile {
  readonly id: string;
  readonly input: readonly InputFile[];
  readonly why?: string | undefined;
}

interface Base {
  readonly id: string;
  readonly title: string;
  readonly inputs: readonly InputSpec[];
  readonly why: string | null;
}

/** Reads what every step and leaf has. */
export function readBase(reader: Reader, file: NodeFile, title: string, path: Path): Base {
  const inputs = readInputs(reader, file.input, path);
  return { id: file.id, title, inputs, why: file.why ?? null };
}

/** Where a step leads that names no way on: the next one of the file. */
export function readNext(
  reader: Reader,
  to: string | undefined,
  next: string | null,
  path: Path,
): string {
  if (to === undefined && next === null) {
    const message = 'the last step leads nowhere';
    reader.report.error(path, message, 'say with `to` where it goes on');
  }
  return to ?? next ?? '';
}

/** Lines of its own, or those of a list that the pack shares. */
export function readChecklist(
  reader: Reader,
  file: string | readonly string[],
  path: Path,
): readonly string[] {
  const { report, facts } = reader;
  if (typeof file === 'string') {
    return named(report, 'checklist', facts.checklists, file, path) ?? [];
  }
  for (const [index, line] of file.entries()) readTemplate(reader, line, [...path, index]);
  return file;
}

/**
 * What the pack has under a name; reports a name it does not have.
 * @param noun what it is in words, also the field of the pack without its `s`
 */
export function named<T>(
  report: Report,
  noun: 'checklist' | 'template',
  known: Readonly<Record<string, T>> | null,
  name: string,
  path: Path,
): T | null {
  if (known === null) return null;
  const value = Object.hasOwn(known, name) ? known[name] : undefined;
  if (value !== undefined) return value;
  const names = Object.keys(known);
  const list = names.length > 0 ? `there are ${names.join(', ')}` : `add it to its \`${noun}s\``;
  report.error(path, `the pack has no ${noun} \`${name}\``, didYouMean(name, names, list));
  return null;
}
