import { didYouMean } from '../domain/nearest.ts';
import type { Catalogue } from './catalogue.ts';
import type { GraphNode, InputSpec } from './graph.ts';
import { reachableFrom } from './lint.ts';
import { unknownField } from './read-words.ts';
import type { Reader, Reference } from './reader.ts';
import { gatheredShape, type Shape, shapeOf } from './zod-shape.ts';

/** The nodes of a runbook as far as they could be read, and the inputs it asks for at its start. */
export interface Named {
  readonly nodes: ReadonlyMap<string, GraphNode>;
  readonly start: string;
  readonly inputs: readonly InputSpec[];
  /** False where entries are missing, so that a name may be theirs. */
  readonly complete: boolean;
}

/** Distinct steps and inputs that are looked at; a runbook that names more is only checked so far. */
const MAX_NAMES = 200;

/**
 * Checks what conditions and texts name of other steps and of inputs: that it is there, that the step
 * has such a field, and that it can have been read when it is needed.
 */
export function checkReferences(reader: Reader, named: Named): void {
  const checks = { steps: stepCheck(reader, named), inputs: inputCheck(named) };
  const seen = new Set<string>();
  for (const reference of reader.references) {
    seen.add(`${reference.root} ${reference.id}`);
    if (seen.size > MAX_NAMES) return;
    const found = checks[reference.root](reference);
    if (found === null) continue;
    const { level, message, mend } = found;
    reader.report[level](reference.path, message, mend, reference.offset);
  }
}

interface Complaint {
  readonly level: 'error' | 'warning';
  readonly message: string;
  readonly mend: string;
}

const error = (message: string, mend: string): Complaint => ({ level: 'error', message, mend });

type Check = (reference: Reference) => Complaint | null;

function stepCheck({ catalogue }: Reader, named: Named): Check {
  const { nodes, start, complete } = named;
  const after = memoized((id: string) => reachableFrom(nodes, id));
  const around = memoized((id: string) => reachableFrom(nodes, start, { without: id }));
  const readable = [...nodes.values()].filter(({ kind }) => kind === 'check' || kind === 'gather');
  const ids = readable.slice(0, MAX_NAMES).map(({ id }) => id);
  return ({ id, field, node, use }) => {
    const step = nodes.get(id);
    if (step === undefined) {
      if (!complete) return null;
      const mend = didYouMean(id, ids, `steps that read something are ${ids.join(', ')}`);
      return error(`there is no step \`${id}\``, mend);
    }
    const shape = resultShape(step, catalogue);
    if (shape === null) {
      return error(`\`${id}\` reads nothing`, 'only a check or a gather has a result');
    }
    if (node === null || !complete) {
      return node === null ? error('no step has been read here', 'use `signals`') : null;
    }
    const unknown = unknownField(shape, field);
    if (unknown !== null) return error(unknown.message, unknown.mend);
    if (!after(id).has(node)) {
      const mend = 'name a step that comes before, or lead there from it';
      return error(`\`${id}\` cannot have been read yet`, mend);
    }
    if (use !== 'value' || !around(id).has(node)) return null;
    const message = `on some ways here \`${id}\` was not read: the placeholder is empty then`;
    return { level: 'warning', message, mend: 'lead every way through it, or ask a probe here' };
  };
}

/** What `steps["…"]` holds; null for a step that reads nothing. */
function resultShape(step: GraphNode, catalogue: Catalogue): Shape | null {
  if (step.kind === 'check') return shapeOf(catalogue.probe(step.probe)?.result);
  if (step.kind !== 'gather') return null;
  const shapes = step.probes.map(
    ({ as, probe }) => [as, shapeOf(catalogue.probe(probe)?.result)] as const,
  );
  return gatheredShape(new Map(shapes));
}

function inputCheck({ nodes, inputs, complete }: Named): Check {
  const asked = new Map<string, (string | null)[]>();
  const add = (id: string, node: string | null) => asked.set(id, [...(asked.get(id) ?? []), node]);
  for (const { id } of inputs) add(id, null);
  for (const node of nodes.values()) for (const { id } of node.inputs) add(id, node.id);
  const after = memoized((id: string) => reachableFrom(nodes, id));
  return ({ id, node }) => {
    if (!complete) return null;
    const where = asked.get(id);
    if (where === undefined) {
      const names = [...asked.keys()].slice(0, MAX_NAMES);
      const list = 'ask for it: `inputs` of the runbook, or `input` of a step or leaf';
      return error(`there is no input \`${id}\``, didYouMean(id, names, list));
    }
    const isGiven = where.some(
      (at) => at === null || at === node || (node !== null && after(at).has(node)),
    );
    if (isGiven) return null;
    const mend = 'ask for it here, or in the `inputs` of the runbook';
    return error(`the input \`${id}\` cannot have been given yet`, mend);
  };
}

function memoized<T>(compute: (id: string) => T): (id: string) => T {
  const known = new Map<string, T>();
  return (id) => {
    const value = known.get(id) ?? compute(id);
    known.set(id, value);
    return value;
  };
}
