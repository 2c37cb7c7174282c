import { atMost, raised } from '../domain/risk.ts';
import type { Action } from '../integrations/contract.ts';
import type { DoLeaf, EndLeaf, EscalateLeaf, ManualLeaf, VerifyLeaf } from './graph.ts';
import { readBase, readChecklist } from './read-base.ts';
import { readAction, readShown } from './read-call.ts';
import { readVerify } from './read-verify.ts';
import { readCondition, readTemplate } from './read-words.ts';
import type { Reader } from './reader.ts';
import type {
  DoLeafFile,
  EndLeafFile,
  EscalateLeafFile,
  ManualLeafFile,
  VerifyLeafFile,
} from './schema-leaves.ts';
import type { Path } from './yaml-file.ts';

/** Reads a leaf that changes something; it must be provable, and say whether it can be undone. */
export function readDo(reader: Reader, leaf: DoLeafFile, path: Path): DoLeaf {
  const action = readAction(reader, leaf.action, leaf.with, path);
  readTemplate(reader, leaf.impact, [...path, 'impact']);
  if (leaf.verify.length === 0) {
    const mend =
      'add `verify` with a condition that only holds when it helped; without, it ends as watching';
    reader.report.warning(path, `\`${leaf.id}\` changes something and proves nothing`, mend);
  }
  if (leaf.undo !== undefined) {
    const { action: id, with: input } = leaf.undo;
    readAction(reader, id, input, [...path, 'undo'], 'before');
  }
  return {
    ...readBase(reader, leaf, leaf.do, path),
    kind: 'do',
    action: leaf.action,
    with: leaf.with,
    risk: readRisk(reader, leaf, action, path),
    impact: leaf.impact,
    irreversible: leaf.undo === undefined ? (leaf.irreversible ?? inheritedWhy(action)) : null,
    precheck: readPrecheck(reader, leaf, path),
    undo: leaf.undo ?? null,
    verify: readVerify(reader, leaf.verify, path),
    otherwise: leaf.otherwise ?? null,
    // biome-ignore lint/suspicious/noThenProperty: a field of the graph, never awaited
    then: leaf.then ?? null,
  };
}

function inheritedWhy(action: Action | null): string | null {
  return action?.undo.kind === 'irreversible' ? action.undo.why : null;
}

function readPrecheck(reader: Reader, { precheck }: DoLeafFile, path: Path): DoLeaf['precheck'] {
  if (precheck === undefined) return null;
  const at = [...path, 'precheck'];
  readTemplate(reader, precheck.words, [...at, 'words']);
  const when = readCondition(reader, precheck.when, [...at, 'when'], { noResult: true });
  return when && { when, words: precheck.words };
}

function readRisk(reader: Reader, leaf: DoLeafFile, action: Action | null, path: Path) {
  const own = action?.risk ?? 'destructive';
  if (leaf.risk !== undefined && action !== null && !atMost(own, leaf.risk)) {
    const message = `\`${action.id}\` is ${own}: a runbook cannot call it ${leaf.risk}`;
    reader.report.error([...path, 'risk'], message, 'remove `risk`, or raise it');
  }
  return raised(own, leaf.risk);
}

export function readProve(reader: Reader, leaf: VerifyLeafFile, path: Path): VerifyLeaf {
  return {
    ...readBase(reader, leaf, leaf.prove, path),
    kind: 'verify',
    verify: readVerify(reader, leaf.verify, path),
    otherwise: leaf.otherwise ?? null,
    // biome-ignore lint/suspicious/noThenProperty: a field of the graph, never awaited
    then: leaf.then ?? null,
  };
}

export function readDecide(reader: Reader, leaf: ManualLeafFile, path: Path): ManualLeaf {
  return {
    ...readBase(reader, leaf, leaf.decide, path),
    kind: 'manual',
    show: readShown(reader, leaf.show, path),
    checklist: readChecklist(reader, leaf.checklist, [...path, 'checklist']),
    ends: leaf.ends,
  };
}

export function readEscalate(reader: Reader, leaf: EscalateLeafFile, path: Path): EscalateLeaf {
  readTemplate(reader, leaf.reason, [...path, 'reason']);
  return {
    ...readBase(reader, leaf, leaf.escalate, path),
    kind: 'escalate',
    reason: leaf.reason,
  };
}

export function readEnd(reader: Reader, leaf: EndLeafFile, path: Path): EndLeaf {
  return { ...readBase(reader, leaf, leaf.end, path), kind: 'end', ends: leaf.ends };
}
