import { expect } from 'vitest';
import { hiddenPart } from '../../../src/domain/recordable.ts';
import { isLeaf, leavesOf, type Runbook } from '../../../src/runbooks/graph.ts';
import type { Pack } from '../../../src/runbooks/pack.ts';
import { walk } from '../../../src/runbooks/walk.ts';
import type { Findings } from '../../fixtures/falcon/findings.ts';
import { refusedInputs } from '../../fixtures/falcon/proofs.ts';
import { readAll, type Walked, type WalkGiven, walkFindings } from '../../fixtures/falcon/walk.ts';
import { loaded, realCatalogue } from './falcon.ts';

export function packOf(system: string): Pack {
  const pack = loaded.packs.find((one) => one.system === system);
  if (pack === undefined) throw new Error(`no pack: ${JSON.stringify(loaded.diagnostics)}`);
  return pack;
}

export function runbookOf(id: string): Runbook {
  const found = packOf(id.split('/')[0] ?? '').runbooks.find((one) => one.id === id);
  if (found === undefined) throw new Error(`no ${id}: ${JSON.stringify(loaded.diagnostics)}`);
  return found;
}

/** One finding that stands before a leaf. */
export interface Case {
  readonly finding: string;
  readonly leaf: string;
  readonly because?: string;
  readonly findings?: Findings;
  readonly signals?: Readonly<Record<string, unknown>>;
  readonly choose?: Readonly<Record<string, string>>;
  readonly inputs?: Readonly<Record<string, unknown>>;
  /** False where a person decides on the way, or a condition cannot be decided. */
  readonly sure?: boolean;
}

/** A system that is well, and what its operators give. */
export interface WellSystem {
  readonly findings: Findings;
  readonly signals: Readonly<Record<string, unknown>>;
  readonly inputs?: Readonly<Record<string, unknown>>;
}

export function walkCase(runbook: Runbook, well: WellSystem, one: Partial<Case>): Walked {
  const given: WalkGiven = {
    findings: { ...well.findings, ...one.findings },
    signals: { ...well.signals, ...one.signals },
    choose: one.choose ?? {},
    inputs: { ...well.inputs, ...one.inputs },
  };
  return walkFindings(realCatalogue, runbook, given);
}

/** Leaves that the change or proof of another leads to, with the steps between. */
function followers(runbook: Runbook, from: ReadonlySet<string>): ReadonlySet<string> {
  const reached = new Set(from);
  for (const id of reached) {
    const node = runbook.nodes.get(id);
    if (node === undefined) continue;
    const acts = node.kind === 'do' || node.kind === 'verify';
    const ways = acts
      ? [node.then, node.otherwise]
      : node.kind === 'ask' || node.kind === 'check' || node.kind === 'gather'
        ? node.branches.map(({ to }) => to)
        : 'to' in node
          ? [node.to]
          : [];
    for (const way of ways) if (way !== null) reached.add(way);
  }
  return new Set(
    [...reached].filter((id) => {
      const node = runbook.nodes.get(id);
      return node !== undefined && isLeaf(node);
    }),
  );
}

/**
 * Holds a runbook to its leaves: it has exactly these; each is reached by a finding of its own, or by what
 * follows one that is; and whatever is read, shown, done or proved is given what it takes.
 */
export function holdsToItsLeaves(
  runbook: Runbook,
  well: WellSystem,
  leaves: readonly string[],
  cases: readonly Case[],
): void {
  const own = leavesOf(runbook)
    .map(({ id }) => id)
    .filter((id) => !id.includes(':'));
  expect(own.toSorted()).toEqual([...leaves].toSorted());
  const reached = followers(runbook, new Set(cases.map(({ leaf }) => leaf)));
  expect(own.filter((id) => !reached.has(id))).toEqual([]);
  const { paths, cut } = walk(runbook, realCatalogue);
  const onPaths = new Set(paths.map(({ leaf }) => leaf));
  if (!cut) expect(own.filter((id) => !onPaths.has(id))).toEqual([]);
  const { findings, inputs = {}, signals } = well;
  const steps = readAll(realCatalogue, runbook, { findings, inputs, signals });
  expect(refusedInputs(realCatalogue, runbook, steps, inputs)).toEqual([]);
  // The runner reads its input in the journal, which hides what looks like a secret.
  const hidden = [...runbook.nodes.values()].flatMap((node) =>
    node.kind === 'do' && hiddenPart(node.with) !== null ? [node.id] : [],
  );
  expect(hidden).toEqual([]);
}
