import { createHash } from 'node:crypto';
import { stringify } from 'yaml';
import type { Action } from '../integrations/contract.ts';
import type { DoLeaf, EndLeaf, GraphNode, Runbook } from '../runbooks/graph.ts';
import type { Refusal } from './controller.ts';

const ACT = 'act';
const DONE = 'done';
const ID_DIGITS = 8;

/** A change asked for at a row, without a runbook. */
export interface AdHoc {
  readonly action: Action;
  readonly input: Readonly<Record<string, unknown>>;
  /** The imperative with its object: `Restart falcon-redis`. */
  readonly title: string;
  /** The pack's system, or the region's name where it has none. */
  readonly system: string;
}

/** Braces would be taken for a place to fill in; a row's own words never are. */
const literal = (value: unknown): boolean => !JSON.stringify(value).includes('{{');

/** As a file would hold it, so that the run can be resumed from its record. */
function textOf(id: string, act: DoLeaf, done: EndLeaf): string {
  return stringify({
    id,
    title: act.title,
    severity: 'P4',
    leaves: [
      {
        id: act.id,
        do: act.title,
        action: act.action,
        with: act.with,
        impact: act.impact,
        ...(act.irreversible === null ? {} : { irreversible: act.irreversible }),
        // biome-ignore lint/suspicious/noThenProperty: a field of the file, never awaited
        then: done.id,
      },
      { id: done.id, end: done.title, ends: done.ends },
    ],
  });
}

/**
 * The runbook of one change without a runbook, so that it goes the way of all changes: previewed,
 * confirmed, locked, recorded, undone. The same change asked for twice is the same runbook: an
 * unfinished run is resumed, not repeated.
 */
export function adHocRunbook({ action, input, title, system }: AdHoc): Runbook | Refusal {
  if (!literal(input)) {
    return { refused: `${title}: its name holds braces`, mend: 'do it by hand, or in a runbook' };
  }
  const key = JSON.stringify([action.id, input]);
  const hash = createHash('sha256').update(key).digest('hex').slice(0, ID_DIGITS);
  const id = `${system}/x-${action.id.replaceAll(/[^a-z0-9]+/g, '-')}-${hash}`;
  const plain = { inputs: [], why: null } as const;
  const act: DoLeaf = {
    ...plain,
    kind: 'do',
    id: ACT,
    title,
    action: action.id,
    with: input,
    risk: action.risk,
    impact: `${action.title}.`,
    irreversible: action.undo.kind === 'irreversible' ? action.undo.why : null,
    precheck: null,
    undo: null,
    verify: [],
    otherwise: null,
    // biome-ignore lint/suspicious/noThenProperty: a field of the graph, never awaited
    then: DONE,
  };
  const done: EndLeaf = { ...plain, kind: 'end', id: DONE, title: 'Done', ends: 'resolved' };
  return {
    id,
    system,
    title,
    severity: 'P4',
    key: null,
    opensOn: { alerts: [], selectors: [], when: null },
    panels: [],
    inputs: [],
    watch: [],
    meanwhile: [],
    start: ACT,
    nodes: new Map<string, GraphNode>([
      [ACT, act],
      [DONE, done],
    ]),
    text: textOf(id, act, done),
    file: 'ad-hoc.yaml',
  };
}
