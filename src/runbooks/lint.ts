import { didYouMean } from '../domain/nearest.ts';
import { type Edge, edgesOf } from './edges.ts';
import { type GraphNode, isLeaf, type Runbook } from './graph.ts';
import type { Path } from './yaml-file.ts';

/** Something wrong with the shape of a runbook. */
export interface Finding {
  readonly level: 'error' | 'warning';
  /** Id of the step or leaf. */
  readonly node: string;
  /** Where within it; empty for the whole. */
  readonly at: Path;
  readonly message: string;
  readonly mend: string;
}

type Nodes = Runbook['nodes'];

/** Of one kind; more say nothing new. */
const MAX_FINDINGS = 200;
/** Ids that a misspelt one is held against. */
const MAX_COMPARED = 500;

/** Ways that lead to nothing. `ids` are all that the file names, those that could not be read too. */
export function lintTargets(nodes: Nodes, ids: ReadonlySet<string>): Finding[] {
  const missing = [...nodes.values()].flatMap((node) =>
    edgesOf(node)
      .filter(({ to }) => to !== '' && !ids.has(to))
      .map((edge) => ({ ...edge, node: node.id })),
  );
  const known = [...ids].slice(0, MAX_COMPARED);
  return missing.slice(0, MAX_FINDINGS).map(({ node, to, at }): Finding => {
    const message = `there is no step or leaf \`${to}\``;
    const otherwise = `add it, or lead to one of ${known.slice(0, 8).join(', ')}`;
    return { level: 'error', node, at, message, mend: didYouMean(to, known, otherwise) };
  });
}

/**
 * The shape of a runbook as a graph: ways that lead nowhere or round in a circle, steps and leaves that
 * nothing leads to. Pure.
 */
export function lint(runbook: Pick<Runbook, 'nodes' | 'start'>): Finding[] {
  const { nodes, start } = runbook;
  const reached = reachableFrom(nodes, start);
  const spare = [...nodes.values()].filter(({ id }) => id !== start && !reached.has(id));
  return [
    ...lintTargets(nodes, new Set(nodes.keys())),
    ...circles(nodes),
    ...spare.map((node): Finding => {
      const message = `nothing leads to the ${isLeaf(node) ? 'leaf' : 'step'} \`${node.id}\``;
      const mend = 'lead a branch to it, or remove it';
      return { level: 'warning', node: node.id, at: ['id'], message, mend };
    }),
  ];
}

/**
 * Everything that can come after a node; the node itself only where a way leads back to it.
 * @param options.without a node that no way goes through; the beginning counts when it is not that one
 */
export function reachableFrom(
  nodes: Nodes,
  from: string,
  options: { readonly without?: string } = {},
): ReadonlySet<string> {
  const { without } = options;
  const start = nodes.get(from);
  if (start === undefined || from === without) return new Set();
  const reached = new Set<string>(without === undefined ? [] : [from]);
  const todo = edgesOf(start).map(({ to }) => to);
  for (let id = todo.pop(); id !== undefined; id = todo.pop()) {
    const node = nodes.get(id);
    if (node === undefined || reached.has(id) || id === without) continue;
    reached.add(id);
    for (const { to } of edgesOf(node)) todo.push(to);
  }
  return reached;
}

/** Whether a run stops there until a person says how to go on. */
const waits = ({ kind }: GraphNode): boolean =>
  kind === 'ask' || kind === 'checklist' || kind === 'notify';

/**
 * Ways that close a circle without an operator in it: the same probe would be read for ever, or the same
 * change made again and again. Depth first without recursion: runbooks may be long.
 */
function circles(nodes: Nodes): Finding[] {
  const findings: Finding[] = [];
  const state = new Map<string, 'open' | 'done'>();
  for (const root of nodes.keys()) {
    const stack: { node: GraphNode; edges: readonly Edge[]; next: number }[] = [];
    const enter = (id: string) => {
      const node = nodes.get(id);
      if (node === undefined || state.has(id) || waits(node)) return;
      state.set(id, 'open');
      stack.push({ node, edges: edgesOf(node), next: 0 });
    };
    enter(root);
    for (let top = stack.at(-1); top !== undefined; top = stack.at(-1)) {
      const edge = top.edges[top.next];
      top.next += 1;
      if (edge === undefined) {
        state.set(top.node.id, 'done');
        stack.pop();
      } else if (state.get(edge.to) === 'open') {
        findings.push(circle(top.node.id, edge));
      } else {
        enter(edge.to);
      }
    }
  }
  return findings;
}

function circle(node: string, { to, at }: Edge): Finding {
  const message = `\`${node}\` leads back to \`${to}\`: the run would go round in a circle`;
  const mend =
    'lead on to a leaf, or let an `ask` in between decide; the operator can always go back';
  return { level: 'error', node, at, message, mend };
}
