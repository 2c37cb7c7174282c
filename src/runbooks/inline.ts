import type { Condition } from './condition.ts';
import { led } from './edges.ts';
import type { CallStep, GraphNode, Runbook } from './graph.ts';
import type { Call } from './read-handed.ts';

/** A call, and the runbook it goes through. */
export interface Callee {
  readonly call: Call;
  readonly runbook: Runbook;
}

/** Takes the nodes of the runbooks that are called into the one that calls them. Pure. */
export function takeIn(runbook: Runbook, callees: readonly Callee[]): Runbook {
  const nodes = new Map(runbook.nodes);
  for (const { call, runbook: called } of callees) {
    const prefix = `${call.id}:`;
    for (const node of called.nodes.values()) {
      const moved = { ...rebased(node, prefix), id: prefix + node.id };
      const within = led(moved, (to) => prefix + to);
      nodes.set(
        within.id,
        call.returns === null ? within : returning(within, called.id, call.returns),
      );
    }
    const step = nodes.get(call.id);
    if (step?.kind === 'call') nodes.set(call.id, entering(step, called, prefix));
  }
  return { ...runbook, nodes };
}

/** The call itself asks for what the other runbook asks at its start, unless it asks so by itself. */
function entering(step: CallStep, called: Runbook, prefix: string): CallStep {
  const own = new Set(step.inputs.map(({ id }) => id));
  const more = called.inputs.filter(({ id }) => !own.has(id));
  return { ...step, inputs: [...step.inputs, ...more], to: prefix + called.start };
}

/** Where the called runbook would have ended well, the one that called it goes on. */
function returning(node: GraphNode, runbook: string, returns: string): GraphNode {
  switch (node.kind) {
    case 'do':
    case 'verify':
      // biome-ignore lint/suspicious/noThenProperty: a field of the graph, never awaited
      return { ...node, then: node.then ?? returns };
    case 'end': {
      if (node.ends !== 'resolved' && node.ends !== 'false-alarm') return node;
      const { id, title, inputs, why } = node;
      return { kind: 'call', id, title, inputs, why, runbook, to: returns };
    }
    default:
      return node;
  }
}

/** `steps.x` at the head of a placeholder, whatever kind of tag it is. */
const STEPS_TAG = /(\{\{\{?\s*[#^/&]?\s*steps\.)/g;

/** The same with every name of another step led to where that one is now. */
function rebased<T>(value: T, prefix: string): T;
function rebased(value: unknown, prefix: string): unknown {
  if (typeof value === 'string') return value.replace(STEPS_TAG, `$1${prefix}`);
  if (typeof value !== 'object' || value === null) return value;
  if (Array.isArray(value)) return value.map((item) => rebased(item, prefix));
  if (isCondition(value)) return within(value, prefix);
  return Object.fromEntries(
    Object.entries(value).map(([name, inner]) => [name, rebased(inner, prefix)]),
  );
}

function isCondition(value: object): value is Condition {
  return 'evaluate' in value && typeof value.evaluate === 'function';
}

/** A condition that sees only the steps of its own runbook, by the names it knows them by. */
function within(condition: Condition, prefix: string): Condition {
  return {
    text: condition.text,
    names: condition.names.map((name) => {
      const [root = '', id = '', ...field] = name.path;
      return root === 'steps' ? { ...name, path: [root, prefix + id, ...field] } : name;
    }),
    evaluate: (scope) => condition.evaluate({ ...scope, steps: own(scope.steps ?? {}, prefix) }),
  };
}

function own(steps: Readonly<Record<string, unknown>>, prefix: string): Record<string, unknown> {
  return Object.fromEntries(
    Object.entries(steps).flatMap(([id, result]) =>
      id.startsWith(prefix) ? [[id.slice(prefix.length), result]] : [],
    ),
  );
}
