import type { GraphNode } from './graph.ts';
import { readEntry } from './kinds.ts';
import { type Call, readCallStep, readManual, readNotify } from './read-handed.ts';
import { readDecide, readDo, readEnd, readEscalate, readProve } from './read-leaves.ts';
import { readAsk, readCheck, readGather } from './read-steps.ts';
import type { Reader } from './reader.ts';
import { leafSchemas } from './schema-leaves.ts';
import { stepSchemas } from './schema-steps.ts';
import type { Path } from './yaml-file.ts';

/** The steps and leaves of a file, unread. */
export interface Lists {
  readonly steps: readonly unknown[];
  readonly leaves: readonly unknown[];
}

/** The steps and leaves of a file whose head is wrong: they are worth a look all the same. */
export function listsOf(value: unknown): Lists {
  const { steps, leaves } = (typeof value === 'object' && value !== null ? value : {}) as Record<
    string,
    unknown
  >;
  return { steps: Array.isArray(steps) ? steps : [], leaves: Array.isArray(leaves) ? leaves : [] };
}

export interface ReadNodes {
  readonly start: string;
  readonly nodes: ReadonlyMap<string, GraphNode>;
  readonly paths: ReadonlyMap<string, Path>;
  /** Every id in the file, those of entries that could not be read too. */
  readonly ids: ReadonlySet<string>;
  /** False where an entry could not be read. */
  readonly complete: boolean;
  readonly calls: readonly Call[];
}

const idOf = (raw: unknown): string | null =>
  typeof raw === 'object' && raw !== null && 'id' in raw && typeof raw.id === 'string'
    ? raw.id
    : null;

/** Reads every step and leaf; what is wrong with one does not stop the others. */
export function readNodes(reader: Reader, { steps, leaves }: Lists): ReadNodes {
  const nodes = new Map<string, GraphNode>();
  const paths = new Map<string, Path>();
  const ids = new Set<string>();
  let complete = true;
  const add = (raw: unknown, path: Path, node: GraphNode | null) => {
    const id = idOf(raw);
    if (id !== null && ids.has(id)) {
      const { line } = reader.report.file.locate([...(paths.get(id) ?? []), 'id']);
      const mend = `the other stands in line ${line}: give one another id`;
      reader.report.error([...path, 'id'], `the id \`${id}\` is used twice`, mend);
      return;
    }
    if (id !== null) paths.set(id, path);
    if (id !== null) ids.add(id);
    if (node === null) complete = false;
    else nodes.set(node.id, node);
  };
  const calls: Call[] = [];
  for (const [index, raw] of steps.entries()) {
    const path = ['steps', index];
    const inner = { ...reader, node: idOf(raw) };
    add(raw, path, readStep(inner, raw, path, idOf(steps[index + 1]), calls));
  }
  for (const [index, raw] of leaves.entries()) {
    const path = ['leaves', index];
    add(raw, path, readLeaf({ ...reader, node: idOf(raw) }, raw, path));
  }
  const start = idOf(steps.length > 0 ? steps[0] : leaves[0]) ?? '';
  return { start, nodes, paths, ids, complete, calls };
}

function readStep(
  reader: Reader,
  raw: unknown,
  path: Path,
  next: string | null,
  calls: Call[],
): GraphNode | null {
  const entry = readEntry(stepSchemas, 'a step', raw, reader.report, path);
  switch (entry?.kind) {
    case 'check':
      return readCheck(reader, entry.value, path, next);
    case 'ask':
      return readAsk(reader, entry.value, path);
    case 'gather':
      return readGather(reader, entry.value, path, next);
    case 'manual':
      return readManual(reader, entry.value, path, next);
    case 'notify':
      return readNotify(reader, entry.value, path, next);
    case 'call': {
      const { node, call } = readCallStep(reader, entry.value, path);
      calls.push(call);
      return node;
    }
    default:
      return null;
  }
}

function readLeaf(reader: Reader, raw: unknown, path: Path): GraphNode | null {
  const entry = readEntry(leafSchemas, 'a leaf', raw, reader.report, path);
  switch (entry?.kind) {
    case 'do':
      return readDo(reader, entry.value, path);
    case 'prove':
      return readProve(reader, entry.value, path);
    case 'decide':
      return readDecide(reader, entry.value, path);
    case 'escalate':
      return readEscalate(reader, entry.value, path);
    case 'end':
      return readEnd(reader, entry.value, path);
    default:
      return null;
  }
}
