import type { GraphNode, InputSpec, Runbook } from '../runbooks/graph.ts';
import { checkInput } from '../runbooks/input.ts';
import type { Refusal } from './controller.ts';

type Given = Readonly<Record<string, string>>;

/** An input that is asked for where a run stands. */
export interface WantedInput {
  readonly spec: InputSpec;
  /** What was given before, else the default with its template filled; null when there is neither. */
  readonly text: string | null;
  readonly given: boolean;
}

const known = new WeakMap<Runbook, ReadonlyMap<string, InputSpec>>();

/** Every input of a runbook by its id. */
export function specsOf(runbook: Runbook): ReadonlyMap<string, InputSpec> {
  const found = known.get(runbook);
  if (found !== undefined) return found;
  const all = [...runbook.inputs, ...[...runbook.nodes.values()].flatMap((node) => node.inputs)];
  const specs = new Map(all.map((spec) => [spec.id, spec]));
  known.set(runbook, specs);
  return specs;
}

/** The inputs that belong to a place: the runbook's own and those of the node. */
export function inputsAt(runbook: Runbook, node: GraphNode | undefined): readonly InputSpec[] {
  return [...runbook.inputs, ...(node?.inputs ?? [])];
}

/** What must be given before this node is read, planned or shown. */
export function missingInputs(
  runbook: Runbook,
  node: GraphNode | undefined,
  given: Given,
): readonly InputSpec[] {
  return inputsAt(runbook, node).filter(({ id }) => !Object.hasOwn(given, id));
}

/** The given texts as the values conditions compute with. */
export function inputValues(runbook: Runbook, given: Given): Readonly<Record<string, unknown>> {
  const entries = Object.entries(given);
  if (entries.length === 0) return {};
  const specs = specsOf(runbook);
  return Object.fromEntries(
    entries.map(([id, text]) => {
      const spec = specs.get(id);
      const checked = spec === undefined ? null : checkInput(spec, text);
      return [id, checked !== null && 'ok' in checked ? checked.ok : text];
    }),
  );
}

/** Why these values cannot be taken here; null when they can. Pure. */
export function refusedInput(
  specs: readonly InputSpec[],
  values: Given,
): (Refusal & { readonly input: string }) | null {
  for (const [input, text] of Object.entries(values)) {
    const spec = specs.find(({ id }) => id === input);
    if (spec === undefined) {
      const here = specs.map(({ id }) => id).join(', ') || 'none';
      return { input, refused: `Nothing named ${input} is asked for here`, mend: `asked: ${here}` };
    }
    const checked = checkInput(spec, text);
    if (!('ok' in checked)) {
      return { input, refused: `${spec.title}: ${checked.error}`, mend: checked.mend };
    }
  }
  return null;
}
