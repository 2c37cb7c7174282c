import type { GraphNode } from './graph.ts';
import type { Path } from './yaml-file.ts';

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
    case 'gather':
      return node.branches.map(({ to }, index) => ({ to, at: ['branches', index, 'to'] }));
    case 'checklist':
    case 'notify':
      return [{ to: node.to, at: ['to'] }];
    case 'call':
      return optional(node.to === '' ? null : node.to, 'returns');
    case 'do':
    case 'verify':
      return [...optional(node.otherwise, 'otherwise'), ...optional(node.then, 'then')];
    case 'manual':
    case 'escalate':
    case 'end':
      return [];
  }
}

function optional(to: string | null, field: string): Edge[] {
  return to === null ? [] : [{ to, at: [field] }];
}

/** The same node with every way out led elsewhere. */
export function led<N extends GraphNode>(node: N, where: (to: string) => string): N;
export function led(node: GraphNode, where: (to: string) => string): GraphNode {
  const maybe = (to: string | null) => (to === null ? null : where(to));
  switch (node.kind) {
    case 'check':
    case 'ask':
    case 'gather':
      return { ...node, branches: node.branches.map((way) => ({ ...way, to: where(way.to) })) };
    case 'checklist':
    case 'notify':
    case 'call':
      return { ...node, to: where(node.to) };
    case 'do':
    case 'verify':
      // biome-ignore lint/suspicious/noThenProperty: a field of the graph, never awaited
      return { ...node, otherwise: maybe(node.otherwise), then: maybe(node.then) };
    case 'manual':
    case 'escalate':
    case 'end':
      return node;
  }
}
