import { didYouMean } from '../domain/nearest.ts';
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

/** A way from one node to another, and the field that says so. */
export interface Edge {
  readonly to: string;
  readonly at: Path;
}

/** Every way out of a step or leaf, in the order of the file. */
export function edgesOf(node: GraphNode): readonly Edge[] {
  switch (node.kind) {
    case 'check':
    case 'ask':
      return node.branches.map(({ to }, index) => ({ to, at: ['branches', index, 'to'] }));
    case 'do':
      return [...optional(node.otherwise, 'otherwise'), ...optional(node.then, 'then')];
    case 'verify':
      return optional(node.otherwise, 'otherwise');
    default:
      return [];
  }
}

function optional(to: string | null, field: string): Edge[] {
  return to === null ? [] : [{ to, at: [field] }];
}

type Nodes = Runbook['nodes'];

/** Ways that lead to nothing. `ids` are all that the file names, those that could not be read too. */
export function lintTargets(nodes: Nodes, ids: ReadonlySet<string>): Finding[] {
  return [...nodes.values()].flatMap((node) =>
    edgesOf(node)
      .filter(({ to }) => to !== '' && !ids.has(to))
      .map(({ to, at }): Finding => {
        const message = `there is no step or leaf \`${to}\``;
        const mend = didYouMean(
          to,
          ids,
          `add it, or lead to one of ${[...ids].slice(0, 8).join(', ')}`,
        );
        return { level: 'error', node: node.id, at, message, mend };
      }),
  );
}

/**
 * The shape of a runbook as a graph: ways that lead nowhere or round in a circle, steps and leaves that
 * nothing leads to. Pure.
 */
export function lint(runbook: Pick<Runbook, 'nodes' | 'start'>): Finding[] {
  const { nodes, start } = runbook;
  const reached = reachable(nodes, start);
  const spare = [...nodes.values()].filter(({ id }) => !reached.has(id));
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

function reachable(nodes: Nodes, start: string): ReadonlySet<string> {
  const reached = new Set<string>();
  const todo = [start];
  for (let id = todo.pop(); id !== undefined; id = todo.pop()) {
    const node = nodes.get(id);
    if (node === undefined || reached.has(id)) continue;
    reached.add(id);
    for (const { to } of edgesOf(node)) todo.push(to);
  }
  return reached;
}

/**
 * Ways that close a circle: the same probe would be read for ever, or the same change made again and
 * again. Depth first without recursion: runbooks may be long.
 */
function circles(nodes: Nodes): Finding[] {
  const findings: Finding[] = [];
  const state = new Map<string, 'open' | 'done'>();
  for (const root of nodes.keys()) {
    const stack: { node: GraphNode; edges: readonly Edge[]; next: number }[] = [];
    const enter = (id: string) => {
      const node = nodes.get(id);
      if (node === undefined || state.has(id)) return;
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
  const mend = 'lead on to a leaf; the operator can always go back';
  return { level: 'error', node, at, message, mend };
}
