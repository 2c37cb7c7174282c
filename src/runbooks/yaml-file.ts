import {
  type Document,
  isAlias,
  isMap,
  isScalar,
  isSeq,
  parseAllDocuments,
  parseDocument,
} from 'yaml';
import type { Diagnostic } from './diagnostic.ts';
import { excessOf, twiceNamed } from './yaml-bounds.ts';
import { createLines, type Lines } from './yaml-lines.ts';
import { offsetInScalar } from './yaml-scalar.ts';

/** Where in a file: the keys and indices that lead to a value. */
export type Path = readonly (string | number)[];

/** The node itself, the key that names it, or a place within its text, from 0. */
export type Place = 'value' | 'key' | number;

/** A YAML file whose values know where they stand. */
export interface YamlFile {
  readonly file: string;
  readonly text: string;
  readonly value: unknown;
  /** The position of what a path names, or of the nearest thing that is there; from 1. */
  locate(path: Path, place?: Place): { readonly line: number; readonly column: number };
}

export type ParsedYaml =
  | { readonly ok: YamlFile }
  | { readonly diagnostics: readonly Diagnostic[] };

/** Aliases a file may use; a document that multiplies itself is refused. */
const MAX_ALIASES = 100;
const MAX_ERRORS = 20;
const SYNTAX_MEND =
  'correct the syntax here; quotes around text with `: `, `#`, `{` or `[` often help';

/** Reads YAML 1.2. Never throws: whatever is wrong becomes a diagnostic with its place. */
export function parseYaml(text: string, file: string): ParsedYaml {
  const read = parsed(text, file, (options) => [parseDocument(text, options)]);
  if ('diagnostics' in read) return read;
  const [only] = read.ok;
  return only === undefined ? { diagnostics: [] } : { ok: only };
}

/**
 * Reads the documents of a stream, as a run keeps them; empty ones are left out. Each knows its place in
 * the whole. Never throws.
 */
export function parseYamlStream(
  text: string,
  file: string,
): { readonly ok: readonly YamlFile[] } | { readonly diagnostics: readonly Diagnostic[] } {
  return parsed(text, file, (options) => {
    const documents = parseAllDocuments(text, options);
    return Array.isArray(documents) ? documents.filter(({ contents }) => contents !== null) : [];
  });
}

// The library compares every key with every other; `twiceNamed` does it in one pass.
const options = { prettyErrors: false, uniqueKeys: false, logLevel: 'error' } as const;

function parsed(
  text: string,
  file: string,
  parse: (how: typeof options) => readonly Document[],
): { readonly ok: readonly YamlFile[] } | { readonly diagnostics: readonly Diagnostic[] } {
  const lines = createLines(text);
  const problem = (offset: number, message: string, mend: string): Diagnostic => {
    const words = message.replace(/\s+/g, ' ').replace(/Maximum call stack.*/, 'nested too deeply');
    return { file, ...lines.locate(offset), level: 'error', message: words, mend };
  };
  const excess = excessOf(text);
  if (excess !== null)
    return { diagnostics: [problem(0, excess, 'split it, or write it flatter')] };
  try {
    const documents = parse(options);
    const errors = documents.flatMap((document): readonly YamlProblem[] =>
      document.errors.length > 0 ? document.errors : twiceNamed(document),
    );
    if (errors.length > 0) {
      const diagnostics = errors
        .slice(0, MAX_ERRORS)
        .map(({ message, pos }) => problem(pos[0], `not valid YAML: ${message}`, SYNTAX_MEND));
      return { diagnostics };
    }
    const files = documents.map((document) => {
      const value: unknown = document.toJS({ maxAliasCount: MAX_ALIASES });
      return createFile(file, text, value, document, lines);
    });
    return { ok: files };
  } catch (thrown) {
    const message = thrown instanceof Error ? thrown.message : String(thrown);
    return { diagnostics: [problem(0, `not usable YAML: ${message}`, SYNTAX_MEND)] };
  }
}

interface YamlProblem {
  readonly message: string;
  readonly pos: readonly [start: number, end: number];
}

function createFile(
  file: string,
  text: string,
  value: unknown,
  document: Document,
  lines: Lines,
): YamlFile {
  return {
    file,
    text,
    value,
    locate: (path, place = 'value') => lines.locate(offsetOf(document, text, path, place)),
  };
}

/** Follows the path as far as it goes. */
function offsetOf(document: Document, text: string, path: Path, place: Place): number {
  let node: unknown = document.contents;
  let offset = startOf(node) ?? 0;
  for (const [depth, part] of path.entries()) {
    const next = child(document, node, part);
    if (next === null) return offset;
    const isLast = depth === path.length - 1;
    const start = startOf(next.value);
    offset = (isLast && place === 'key' ? next.keyOffset : start) ?? next.keyOffset ?? offset;
    node = next.value;
  }
  if (typeof place !== 'number' || !isScalar(node)) return offset;
  return offsetInScalar(text, node, place);
}

function child(
  document: Document,
  node: unknown,
  part: string | number,
): { readonly value: unknown; readonly keyOffset: number | null } | null {
  const here = isAlias(node) ? node.resolve(document) : node;
  if (isMap(here)) {
    const pair = here.items.find(({ key }) => (isScalar(key) ? key.value : key) === part);
    return pair === undefined ? null : { value: pair.value, keyOffset: startOf(pair.key) };
  }
  if (!isSeq(here) || typeof part !== 'number' || part >= here.items.length) return null;
  return { value: here.items[part], keyOffset: null };
}

function startOf(node: unknown): number | null {
  if (typeof node !== 'object' || node === null || !('range' in node)) return null;
  return Array.isArray(node.range) && typeof node.range[0] === 'number' ? node.range[0] : null;
}
