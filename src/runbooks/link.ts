import { didYouMean } from '../domain/nearest.ts';
import type { Draft } from './draft.ts';
import type { Runbook } from './graph.ts';
import { type Callee, takeIn } from './inline.ts';
import type { Call } from './read-handed.ts';
import { joinStream } from './yaml-stream.ts';

/** Calls within calls. */
const MAX_DEPTH = 4;
/** Steps and leaves of a runbook with all that it calls. */
const MAX_LINKED_NODES = 5000;

/** A runbook with everything it calls taken in. */
interface Linked {
  readonly runbook: Runbook;
  /** How many calls lie within one another; 0 without any. */
  readonly depth: number;
  /** Text by id of every runbook that its own needs, itself first. */
  readonly texts: ReadonlyMap<string, string>;
}

/**
 * Takes the runbooks that are called into those that call them. What cannot be taken in is reported at
 * the call; such a runbook is left out.
 * @returns one for each draft, in their order; null where it cannot be used
 */
export function linkRunbooks(drafts: readonly Draft[]): readonly (Runbook | null)[] {
  const byId = new Map<string, Draft>();
  for (const draft of drafts) {
    if (draft.id !== null && !byId.has(draft.id)) byId.set(draft.id, draft);
  }
  const known = new Map<Draft, Linked | null>();
  const trail: Draft[] = [];
  const link = (draft: Draft): Linked | null => {
    const before = known.get(draft);
    if (before !== undefined) return before;
    trail.push(draft);
    const linked = linkOne(draft, (call) => callee(draft, call));
    trail.pop();
    known.set(draft, linked);
    return linked;
  };
  const callee = (caller: Draft, call: Call): Linked | null => {
    const draft = byId.get(call.runbook);
    if (draft === undefined) {
      const mend = didYouMean(
        call.runbook,
        [...byId.keys()],
        'only runbooks of its pack are called',
      );
      return refuse(caller, call, `there is no runbook \`${call.runbook}\``, mend);
    }
    const at = trail.indexOf(draft);
    if (at !== -1) {
      const round = [...trail.slice(at), draft].map(({ id }) => id).join(' → ');
      return refuse(caller, call, `it would call itself: ${round}`, 'end one of them by a leaf');
    }
    const linked = link(draft);
    if (linked === null) {
      const mend = 'correct what is said of that file';
      return refuse(caller, call, `\`${call.runbook}\` cannot be used`, mend);
    }
    if (linked.depth < MAX_DEPTH) return linked;
    const mend = 'call the inner one from here';
    return refuse(caller, call, `more than ${MAX_DEPTH} calls within one another`, mend);
  };
  return drafts.map((draft) => link(draft)?.runbook ?? null);
}

function refuse({ report }: Draft, call: Call, message: string, mend: string): null {
  report.error([...call.path, 'runbook'], message, mend);
  return null;
}

function linkOne(draft: Draft, callee: (call: Call) => Linked | null): Linked | null {
  const { runbook, calls } = draft;
  if (runbook === null) return null;
  const own: Linked = { runbook, depth: 0, texts: new Map([[runbook.id, runbook.text]]) };
  if (calls.length === 0) return own;
  const texts = new Map(own.texts);
  const callees: Callee[] = [];
  let { depth } = own;
  let size = runbook.nodes.size;
  for (const call of calls) {
    const linked = callee(call);
    if (linked === null) continue;
    size += linked.runbook.nodes.size;
    if (size > MAX_LINKED_NODES) {
      const words = `with what it calls it has more than ${MAX_LINKED_NODES} steps and leaves`;
      return refuse(draft, call, words, 'call fewer, or shorter ones');
    }
    callees.push({ call, runbook: linked.runbook });
    for (const [id, text] of linked.texts) texts.set(id, text);
    depth = Math.max(depth, linked.depth + 1);
  }
  if (callees.length < calls.length) return null;
  const whole = { ...takeIn(runbook, callees), text: joinStream([...texts.values()]) };
  return { runbook: whole, depth, texts };
}
