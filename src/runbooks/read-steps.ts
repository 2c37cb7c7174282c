import { compileCondition } from './condition.ts';
import type { AskStep, Branch, CheckStep, GatherStep } from './graph.ts';
import { readBase } from './read-base.ts';
import { readProbe, readShown, shownOf } from './read-call.ts';
import { readCondition, readTemplate } from './read-words.ts';
import { type Reader, readDuration } from './reader.ts';
import type {
  AskStepFile,
  CheckBranchFile,
  CheckStepFile,
  GatherStepFile,
} from './schema-steps.ts';
import type { Path } from './yaml-file.ts';
import { gatheredShape, type Shape, shapeOf } from './zod-shape.ts';

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
  const shape = shapeOf(probe?.result);
  const condition = (text: string, at: Path) =>
    readCondition(reader, text, at, { resultSchema: probe?.result ?? 'any' });
  return {
    ...readBase(reader, step, step.check, path),
    kind: 'check',
    probe: step.probe,
    with: step.with,
    branches: readBranches(reader, step.branches, path, next, shape, condition),
    maxEvidenceAgeMs: evidenceAge(reader, step, path),
  };
}

/** Reads a gather: `result` has one field for each of its probes, and `errors`. */
export function readGather(
  reader: Reader,
  step: GatherStepFile,
  path: Path,
  next: string | null,
): GatherStep {
  const shapes = new Map<string, Shape>();
  const probes = Object.entries(step.probes).map(([as, entry]) => {
    const { probe: id, with: input } = shownOf(entry);
    const at = [...path, 'probes', as];
    if (as === 'errors') {
      const mend = 'give it another name';
      reader.report.error(at, '`errors` holds what failed', mend, 'key');
    }
    const probe = readProbe(reader, id, input, at);
    shapes.set(as, shapeOf(probe?.result));
    return { as, probe: id, with: input };
  });
  const shape = gatheredShape(shapes);
  const condition = (text: string, at: Path) => readCondition(reader, text, at, {}, shape);
  return {
    ...readBase(reader, step, step.gather, path),
    kind: 'gather',
    probes,
    branches: readBranches(reader, step.branches, path, next, shape, condition),
    maxEvidenceAgeMs: evidenceAge(reader, step, path),
  };
}

/** Reads branches of which the first that holds is taken, else the one without a condition. */
function readBranches(
  reader: Reader,
  files: readonly CheckBranchFile[],
  path: Path,
  next: string | null,
  shape: Shape,
  condition: (text: string, at: Path) => Branch['when'],
): Branch[] {
  const branches = files.map((branch, index): Branch => {
    const at = [...path, 'branches', index];
    readTemplate(reader, branch.because, [...at, 'because'], { shape });
    const when = branch.when === undefined ? null : condition(branch.when, [...at, 'when']);
    if (branch.to === undefined && next === null) reportEnd(reader, [...at, 'because']);
    return { when, because: branch.because, to: branch.to ?? next ?? '' };
  });
  const elses = files.flatMap(({ when }, index) => (when === undefined ? [index] : []));
  const [, second] = elses;
  if (second !== undefined) {
    const message = 'a second branch without `when` is never taken';
    reader.report.error([...path, 'branches', second], message, 'give it a `when`, or remove it');
  }
  if (elses.length > 0) return branches;
  if (next === null) reportEnd(reader, [...path, 'branches']);
  return [...branches, { when: null, because: NOTHING_FOUND, to: next ?? '' }];
}

function reportEnd(reader: Reader, path: Path): void {
  const message = 'the last step leads nowhere when no condition holds';
  reader.report.error(path, message, 'end with a branch without `when` that has a `to`');
}

function evidenceAge(
  reader: Reader,
  step: Pick<CheckStepFile, 'max-evidence-age'>,
  path: Path,
): number {
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
      when = readCondition(reader, branch.when, [...at, 'when'], { noResult: true });
    }
    return { when, because: branch.because, to: branch.to };
  });
  return {
    ...readBase(reader, step, step.ask, path),
    kind: 'ask',
    show: readShown(reader, step.show, path),
    branches,
  };
}
