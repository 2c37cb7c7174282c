import type { Branch, GraphNode } from '../runbooks/graph.ts';
import type { RunView } from './session.ts';

/** The node a run stands at. */
export function nodeOf(run: RunView): GraphNode | undefined {
  return run.controller.runbook.nodes.get(run.state.current);
}

const kinds: Readonly<Record<GraphNode['kind'], string>> = {
  check: 'check',
  ask: 'question',
  gather: 'several checks',
  checklist: 'checklist',
  notify: 'message',
  call: 'another runbook',
  do: 'action',
  verify: 'proof',
  manual: 'ends with a checklist',
  escalate: 'escalates',
  end: 'end',
};

/** What a node is, in words; of an action its risk. */
export function kindWords(node: GraphNode): string {
  return node.kind === 'do' ? `${node.risk} action` : kinds[node.kind];
}

/** Where the runbook goes on when the current leaf did not help; null where it does not say. */
export function otherwiseOf(run: RunView): string | null {
  const node = nodeOf(run);
  return node?.kind === 'do' || node?.kind === 'verify' ? node.otherwise : null;
}

/** True at a leaf whose action did not happen, or that has no other way on: it can be tried again. */
export function triesAgain(run: RunView): boolean {
  const last = run.state.acts.at(-1)?.state;
  return last === 'refused' || last === 'not-done' || otherwiseOf(run) === null;
}

export interface WayOn {
  readonly to: string;
  readonly because: string;
}

/** A step whose branches are its ways on. */
function branching(node: GraphNode | undefined) {
  return node?.kind === 'check' || node?.kind === 'ask' || node?.kind === 'gather' ? node : null;
}

/** The branches of the step the run stands at, or came to its leaf from. */
function branchesFrom(run: RunView): readonly WayOn[] {
  const { controller, state } = run;
  const { nodes } = controller.runbook;
  const here = nodes.get(state.current);
  const last = state.path.findLast((entry) => entry.step !== state.current);
  const node = branching(here) ?? (last === undefined ? null : branching(nodes.get(last.step)));
  if (node === null) return [];
  return node.branches.map((branch) => ({ to: branch.to, because: reasonOf(branch, node.kind) }));
}

const SECTION =
  /\{\{\s*[#^]\s*([\w.-]+)[^}]*\}\}(?:(?!\{\{\s*\/\s*\1\b)[\s\S])*\{\{\s*\/\s*\1\s*\}\}/g;

/**
 * The words of a template where nothing is known to fill it with: `Redis is {{state}}` is `Redis is …`, and
 * what stands there only under a condition is left out.
 */
function gist(template: string): string {
  let words = template;
  for (let before = ''; before !== words; ) {
    before = words;
    words = words.replaceAll(SECTION, '');
  }
  return words
    .replaceAll(/\{\{\{?[^}]*\}?\}\}/g, '…')
    .replaceAll(/\s+/g, ' ')
    .trim();
}

/** Why one would take a branch: the runbook's own words, as a condition while nothing says that it holds. */
function reasonOf({ when, because }: Branch, kind: GraphNode['kind']): string {
  const words = gist(because);
  if (when !== null) return words === '' ? `when ${when.text}` : `if: ${words}`;
  if (because !== '' && words === because) return because;
  return kind === 'ask' ? '' : 'when nothing else holds';
}

/** The ways the operator may take from where the run stands, each once. */
export function turnsFrom(run: RunView): readonly WayOn[] {
  const { current, phase } = run.state;
  const otherwise = otherwiseOf(run);
  const stuck: readonly WayOn[] =
    phase === 'stuck'
      ? [
          ...(otherwise === null ? [] : [{ to: otherwise, because: 'the runbook goes on there' }]),
          { to: current, because: 'look at it and try it again' },
        ]
      : [];
  const others = branchesFrom(run).filter(({ to }) => to !== current);
  const all = [...stuck, ...others];
  return all.filter((way, index) => all.findIndex(({ to }) => to === way.to) === index);
}
