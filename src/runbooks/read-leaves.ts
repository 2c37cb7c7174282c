import { atMost, raised } from '../domain/risk.ts';
import type { Action } from '../integrations/contract.ts';
import type { DoLeaf, EscalateLeaf, ManualLeaf, VerifyLeaf, VerifySpec } from './graph.ts';
import { readAction, readProbe, readShown } from './read-call.ts';
import { readCondition, readTemplate } from './read-words.ts';
import { type Reader, readDuration } from './reader.ts';
import type {
  DoLeafFile,
  EscalateLeafFile,
  ManualLeafFile,
  VerificationFile,
  VerifyLeafFile,
} from './schema.ts';
import type { Path } from './yaml-file.ts';

/** Reads a leaf that changes something; it must be provable, and say whether it can be undone. */
export function readDo(reader: Reader, leaf: DoLeafFile, path: Path): DoLeaf {
  const action = readAction(reader, leaf.action, leaf.with, path);
  readTemplate(reader, leaf.impact, [...path, 'impact']);
  if (leaf.verify.length === 0) {
    const mend = 'add `verify` with a condition that only holds when it helped';
    reader.report.error(path, `\`${leaf.id}\` changes something and proves nothing`, mend);
  }
  return {
    kind: 'do',
    id: leaf.id,
    title: leaf.do,
    action: leaf.action,
    with: leaf.with,
    risk: readRisk(reader, leaf, action, path),
    impact: leaf.impact,
    irreversible: leaf.irreversible ?? inheritedWhy(action),
    verify: readVerify(reader, leaf.verify, path),
    otherwise: leaf.otherwise ?? null,
    // biome-ignore lint/suspicious/noThenProperty: a field of the graph, never awaited
    then: leaf.then ?? null,
  };
}

function inheritedWhy(action: Action | null): string | null {
  return action?.undo.kind === 'irreversible' ? action.undo.why : null;
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
    kind: 'verify',
    id: leaf.id,
    title: leaf.prove,
    verify: readVerify(reader, leaf.verify, path),
    otherwise: leaf.otherwise ?? null,
  };
}

export function readDecide(reader: Reader, leaf: ManualLeafFile, path: Path): ManualLeaf {
  for (const [index, line] of leaf.checklist.entries()) {
    readTemplate(reader, line, [...path, 'checklist', index]);
  }
  return {
    kind: 'manual',
    id: leaf.id,
    title: leaf.decide,
    show: readShown(reader, leaf.show, path),
    checklist: leaf.checklist,
    ends: leaf.ends,
  };
}

export function readEscalate(reader: Reader, leaf: EscalateLeafFile, path: Path): EscalateLeaf {
  readTemplate(reader, leaf.reason, [...path, 'reason']);
  return { kind: 'escalate', id: leaf.id, title: leaf.escalate, reason: leaf.reason };
}

function readVerify(
  reader: Reader,
  verifications: readonly VerificationFile[],
  path: Path,
): VerifySpec[] {
  return verifications.flatMap((spec, index) => {
    const at = [...path, 'verify', index];
    const input = spec.with ?? {};
    const probe = spec.probe === undefined ? null : readProbe(reader, spec.probe, input, at);
    if (spec.probe === undefined && spec.with !== undefined) {
      const mend = 'name the `probe` that takes it, or remove it';
      reader.report.error([...at, 'with'], '`with` without a `probe`', mend, 'key');
    }
    const knowledge = spec.probe === undefined ? 'none' : (probe?.result ?? 'any');
    const until = readCondition(reader, spec.until, [...at, 'until'], knowledge);
    const { report, facts } = reader;
    const withinMs = readDuration(report, facts.durations, spec.within, [...at, 'within']);
    const everyMs = readDuration(report, facts.durations, spec.every, [...at, 'every']);
    if (until === null) return [];
    return [
      { title: spec.title, probe: spec.probe ?? null, with: input, until, withinMs, everyMs },
    ];
  });
}
