import { compileCondition } from './condition.ts';
import type { AskStep, Branch, CheckStep } from './graph.ts';
import { readProbe, readShown } from './read-call.ts';
import { readCondition, readTemplate } from './read-words.ts';
import { type Reader, readDuration } from './reader.ts';
import type { AskStepFile, CheckStepFile } from './schema.ts';
import type { Path } from './yaml-file.ts';
import { shapeOf } from './zod-shape.ts';

/** Where neither the step nor the pack says, ms. */
const DEFAULT_EVIDENCE_AGE_MS = 30_000;
/** The pack's name for the same. */
const EVIDENCE_AGE = 'evidence-age';

/** Said when a check falls through and its runbook says nothing of its own. */
const NOTHING_FOUND = 'nothing amiss here';

/**
 * Reads a check. One whose conditions may all fail goes on to the next step of the file.
 * @param next id of the step that follows in the file; null for the last
 */
export function readCheck(
  reader: Reader,
  step: CheckStepFile,
  path: Path,
  next: string | null,
): CheckStep {
  const probe = readProbe(reader, step.probe, step.with, path);
  const result = probe?.result ?? 'any';
  const shape = shapeOf(probe?.result);
  const branches = step.branches.map((branch, index): Branch => {
    const at = [...path, 'branches', index];
    readTemplate(reader, branch.because, [...at, 'because'], shape);
    const when =
      branch.when === undefined
        ? null
        : readCondition(reader, branch.when, [...at, 'when'], result);
    if (branch.to === undefined && next === null) reportEnd(reader, [...at, 'because']);
    return { when, because: branch.because, to: branch.to ?? next ?? '' };
  });
  const elses = step.branches.flatMap(({ when }, index) => (when === undefined ? [index] : []));
  const [, second] = elses;
  if (second !== undefined) {
    const message = 'a second branch without `when` is never taken';
    reader.report.error([...path, 'branches', second], message, 'give it a `when`, or remove it');
  }
  if (elses.length === 0 && next === null) reportEnd(reader, [...path, 'branches']);
  if (elses.length === 0 && next !== null) {
    branches.push({ when: null, because: NOTHING_FOUND, to: next });
  }
  return {
    kind: 'check',
    id: step.id,
    title: step.check,
    probe: step.probe,
    with: step.with,
    branches,
    maxEvidenceAgeMs: evidenceAge(reader, step, path),
  };
}

function reportEnd(reader: Reader, path: Path): void {
  const message = 'the last step leads nowhere when no condition holds';
  reader.report.error(path, message, 'end with a branch without `when` that has a `to`');
}

function evidenceAge(reader: Reader, step: CheckStepFile, path: Path): number {
  const { durations } = reader.facts;
  const text = step['max-evidence-age'];
  if (text === undefined) return durations?.[EVIDENCE_AGE] ?? DEFAULT_EVIDENCE_AGE_MS;
  return readDuration(reader.report, durations, text, [...path, 'max-evidence-age']);
}

const always = compileCondition('true', { noResult: true });

/** Reads a question to the operator. */
export function readAsk(reader: Reader, step: AskStepFile, path: Path): AskStep {
  const branches = step.branches.map((branch, index): Branch => {
    const at = [...path, 'branches', index];
    readTemplate(reader, branch.because, [...at, 'because']);
    let when = branch.recommended && 'ok' in always ? always.ok : null;
    if (branch.when !== undefined) {
      when = readCondition(reader, branch.when, [...at, 'when'], 'none');
    }
    return { when, because: branch.because, to: branch.to };
  });
  return {
    kind: 'ask',
    id: step.id,
    title: step.ask,
    show: readShown(reader, step.show, path),
    branches,
  };
}
