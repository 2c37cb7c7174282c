import type { Act, Visit } from '../../src/engine/state.ts';
import type { Runbook } from '../../src/runbooks/graph.ts';
import { age, type Line, type Span, spread, type Tone, text } from './line.ts';
import { gap, indented } from './prose.ts';

/** How much of the walked path is told, most first. */
export const pathLevels = ['full', 'compact', 'one'] as const;
export type PathLevel = (typeof pathLevels)[number];

function titleOf(runbook: Runbook, id: string): string {
  return runbook.nodes.get(id)?.title ?? id;
}

/** How sure a turn was, in words: what the evidence says, or that the operator chose. */
function sureness(visit: Walked): { readonly words: string; readonly tone: Tone } {
  const { taken } = visit;
  if (visit.skipped !== null) return { words: 'skipped', tone: 'warn' };
  if (visit.passedBy) return { words: 'not done', tone: 'warn' };
  if (taken === null) return { words: '', tone: 'quiet' };
  if (taken.overridden) return { words: 'you chose otherwise', tone: 'warn' };
  if (taken.by === 'operator' && visit.recommended === null) {
    return { words: 'you chose', tone: 'plain' };
  }
  return taken.sure ? { words: 'sure', tone: 'ok' } : { words: 'not sure', tone: 'warn' };
}

type Walked = Visit & {
  /** A leaf whose action was not carried out: another way was taken. */
  readonly passedBy: boolean;
};

function signOf(visit: Walked): Span {
  if (visit.skipped !== null || visit.passedBy) return text(' – ', 'warn');
  if (visit.evidence?.error != null) return text(' ▲ ', 'warn');
  return text(' ✔ ', 'ok');
}

function fullVisit(visit: Walked, runbook: Runbook, width: number): readonly Line[] {
  const { evidence, taken, skipped } = visit;
  const head = spread(
    [signOf(visit), text(titleOf(runbook, visit.step))],
    evidence === null ? [] : [age(evidence.observedAt, 'quiet', 'right')],
    width,
  );
  const sure = sureness(visit);
  const why = skipped ?? taken?.because ?? '';
  const lines: Line[] = [head, ...(why === '' ? [] : indented(why, width, 5, 'quiet', 3))];
  if (taken !== null && skipped === null) {
    lines.push(
      spread(
        [text('   ➜ ', 'accent'), text(titleOf(runbook, taken.to))],
        [text(sure.words, sure.tone)],
        width,
      ),
    );
  }
  return [...lines, gap];
}

function compactVisit(visit: Walked, runbook: Runbook, width: number): Line {
  const sure = sureness(visit);
  const why = visit.skipped ?? visit.taken?.because ?? '';
  return spread(
    [signOf(visit), text(`${titleOf(runbook, visit.step)} `), text(why, 'quiet')],
    [text(sure.words, sure.tone)],
    width,
  );
}

function counted(visits: readonly Walked[]): Line {
  const unsure = visits.filter((visit) => sureness(visit).words !== 'sure').length;
  const number = visits.length === 1 ? '1 check' : `${visits.length} checks`;
  const words = unsure === 0 ? `${number}, all sure` : `${number}, ${unsure} not sure`;
  return [text(' ✔ ', unsure === 0 ? 'ok' : 'warn'), text(words), text('   e evidence', 'quiet')];
}

/** The path walked so far, as much of it as the level says. */
export function pathLines(
  path: readonly Visit[],
  acts: readonly Act[],
  runbook: Runbook,
  width: number,
  level: PathLevel,
): readonly Line[] {
  if (path.length === 0) return [];
  const acted = new Set(acts.flatMap(({ leaf, startedAt }) => (startedAt === null ? [] : [leaf])));
  const visits = path.map((visit) => ({
    ...visit,
    passedBy: runbook.nodes.get(visit.step)?.kind === 'do' && !acted.has(visit.step),
  }));
  // What was done on the way is proved, and no question of being sure.
  if (level === 'one') return [counted(visits.filter(({ step }) => !acted.has(step)))];
  if (level === 'compact') {
    return [...visits.map((visit) => compactVisit(visit, runbook, width)), gap];
  }
  return visits.flatMap((visit) => fullVisit(visit, runbook, width));
}
