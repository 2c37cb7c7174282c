import { atMost, type Risk } from '../domain/risk.ts';
import type { GraphNode, Runbook } from '../runbooks/graph.ts';
import { recommendation } from './decide.ts';
import type { RunState } from './state.ts';

/** A node that a run may come to next. */
export interface Upcoming {
  readonly id: string;
  readonly title: string;
  readonly kind: GraphNode['kind'];
  /** Why it would go there, in the runbook's own terms: a condition, `afterwards`, `if it fails`. */
  readonly when: string;
  readonly recommended: boolean;
  /** Of the node itself; null when it changes nothing. */
  readonly risk: Risk | null;
  /** The riskiest change that can follow on this way; null when none can. */
  readonly worst: Risk | null;
}

interface Way {
  readonly to: string;
  readonly when: string;
}

/** The ways out of a node. */
function waysFrom(node: GraphNode | undefined): readonly Way[] {
  switch (node?.kind) {
    case 'check':
    case 'gather':
    case 'ask':
      return node.branches.map(({ to, when, because }) => ({
        to,
        when: when?.text ?? (because.includes('{{') || because === '' ? 'else' : because),
      }));
    case 'checklist':
    case 'notify':
    case 'call':
      return [{ to: node.to, when: 'afterwards' }];
    case 'do':
    case 'verify':
      return [
        ...(node.then === null ? [] : [{ to: node.then, when: 'afterwards' }]),
        ...(node.otherwise === null ? [] : [{ to: node.otherwise, when: 'if it fails' }]),
      ];
    default:
      return [];
  }
}

const riskOf = (node: GraphNode | undefined): Risk | null =>
  node?.kind === 'do' ? node.risk : null;

const higher = (a: Risk | null, b: Risk | null): Risk | null =>
  a === null || (b !== null && atMost(a, b)) ? b : a;

/** The riskiest change among all that can be reached from a node, itself included. */
function worstFrom(runbook: Runbook, start: string): Risk | null {
  const seen = new Set([start]);
  let worst: Risk | null = null;
  for (const id of seen) {
    const node = runbook.nodes.get(id);
    worst = higher(worst, riskOf(node));
    for (const { to } of waysFrom(node)) seen.add(to);
  }
  return worst;
}

/** What could come next from where a run stands, the recommended first. Pure. */
export function upcoming(
  runbook: Runbook,
  state: Pick<RunState, 'current' | 'phase' | 'path' | 'acts'>,
): readonly Upcoming[] {
  const here = runbook.nodes.get(state.current);
  const recommended = recommendation(state, here)?.to ?? null;
  const ways = waysFrom(here).filter(
    ({ to }, index, all) => all.findIndex((way) => way.to === to) === index,
  );
  const found = ways.flatMap(({ to, when }): Upcoming[] => {
    const node = runbook.nodes.get(to);
    if (node === undefined) return [];
    const { id, title, kind } = node;
    const worst = worstFrom(runbook, to);
    return [{ id, title, kind, when, recommended: to === recommended, risk: riskOf(node), worst }];
  });
  return found.toSorted((a, b) => Number(b.recommended) - Number(a.recommended));
}
