import * as z from 'zod';
import { didYouMean } from '../domain/nearest.ts';
import type { Action, Probe } from '../integrations/contract.ts';
import { mendUnknown } from './catalogue.ts';
import type { Shown } from './graph.ts';
import { readTemplate, type TextOptions } from './read-words.ts';
import type { Reader } from './reader.ts';
import type { ShownFile } from './schema.ts';
import { validate, valueAt } from './validate.ts';
import type { Path } from './yaml-file.ts';

type Input = Readonly<Record<string, unknown>>;

/** Looks the probe up and checks its inputs; null when there is none of this id. */
export function readProbe(reader: Reader, id: string, input: Input, path: Path): Probe | null {
  const probe = reader.catalogue.probe(id);
  if (probe === undefined) {
    const mend = mendUnknown(id, reader.catalogue.probes);
    reader.report.error([...path, 'probe'], `unknown probe \`${id}\``, mend);
    return null;
  }
  readInput(reader, id, probe.input, input, path);
  return probe;
}

/**
 * Looks the action up and checks its inputs; null when there is none of this id.
 * @param also a further name that its texts may use
 */
export function readAction(
  reader: Reader,
  id: string,
  input: Input,
  path: Path,
  also?: string,
): Action | null {
  const action = reader.catalogue.action(id);
  if (action === undefined) {
    const mend = mendUnknown(id, reader.catalogue.actions);
    reader.report.error([...path, 'action'], `unknown action \`${id}\``, mend);
    return null;
  }
  readInput(reader, id, action.input, input, path, also === undefined ? {} : { also });
  return action;
}

/** A probe by its id alone, or with inputs. */
export function shownOf(entry: ShownFile): Shown {
  const { probe, with: input = {} } = typeof entry === 'string' ? { probe: entry } : entry;
  return { probe, with: input };
}

/** What stands beside a question: probes, alone or with inputs. */
export function readShown(reader: Reader, shown: readonly ShownFile[], path: Path): Shown[] {
  return shown.map((entry, index) => {
    const read = shownOf(entry);
    readProbe(reader, read.probe, read.with, [...path, 'show', index]);
    return read;
  });
}

const isTemplate = (value: unknown): boolean => typeof value === 'string' && value.includes('{{');

/** Inputs against the schema of who takes them; a placeholder is checked when it is filled. */
function readInput(
  reader: Reader,
  id: string,
  schema: z.ZodType,
  input: Input,
  path: Path,
  options: TextOptions = {},
): void {
  const at = [...path, 'with'];
  const words = { ...options, value: true };
  forEachText(input, at, (text, where) => readTemplate(reader, text, where, words));
  const excused = (issue: Path) => isTemplate(valueAt(input, issue));
  validate(schema, input, reader.report, at, excused);
  if (schema instanceof z.ZodObject) reportSpare(reader, id, schema, input, at);
  const { service } = input as { readonly service?: unknown };
  const { roles } = reader.facts;
  if (typeof service !== 'string' || roles === null || isTemplate(service)) return;
  if (roles.has(service)) return;
  const mend = didYouMean(service, roles, `its roles are ${[...roles].join(', ')}`);
  reader.report.warning([...at, 'service'], `the pack has no role \`${service}\``, mend);
}

/** Inputs that nobody reads; strict schemas complain of them by themselves. */
function reportSpare(reader: Reader, id: string, schema: z.ZodObject, input: Input, at: Path) {
  if (schema.def.catchall !== undefined) return;
  const known = Object.keys(schema.shape);
  for (const name of Object.keys(input)) {
    if (known.includes(name)) continue;
    const mend = didYouMean(name, known, `its inputs are ${known.join(', ')}`);
    reader.report.error([...at, name], `\`${id}\` takes no \`${name}\``, mend, 'key');
  }
}

function forEachText(value: unknown, path: Path, visit: (text: string, path: Path) => void): void {
  if (typeof value === 'string') visit(value, path);
  if (typeof value !== 'object' || value === null) return;
  const entries: readonly (readonly [string | number, unknown])[] = Array.isArray(value)
    ? [...value.entries()]
    : Object.entries(value);
  for (const [part, inner] of entries) forEachText(inner, [...path, part], visit);
}
