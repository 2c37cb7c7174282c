import type { Visit } from '../../src/engine/state.ts';
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
function sureness(visit: Visit): { readonly words: string; readonly tone: Tone } {
  const { taken } = visit;
  if (visit.skipped !== null) return { words: 'skipped', tone: 'warn' };
  if (taken === null) return { words: '', tone: 'quiet' };
  if (taken.overridden) return { words: 'you chose otherwise', tone: 'warn' };
  if (taken.by === 'operator' && visit.recommended === null) {
    return { words: 'you chose', tone: 'plain' };
  }
  return taken.sure ? { words: 'sure', tone: 'ok' } : { words: 'not sure', tone: 'warn' };
}

function signOf(visit: Visit): Span {
  if (visit.skipped !== null) return text(' – ', 'warn');
  if (visit.evidence?.error != null) return text(' ▲ ', 'warn');
  return text(' ✔ ', 'ok');
}

function fullVisit(visit: Visit, runbook: Runbook, width: number): readonly Line[] {
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

function compactVisit(visit: Visit, runbook: Runbook, width: number): Line {
  const sure = sureness(visit);
  const why = visit.skipped ?? visit.taken?.because ?? '';
  return spread(
    [signOf(visit), text(`${titleOf(runbook, visit.step)} `), text(why, 'quiet')],
    [text(sure.words, sure.tone)],
    width,
  );
}

function counted(visits: readonly Visit[]): Line {
  const unsure = visits.filter((visit) => sureness(visit).words !== 'sure').length;
  const number = visits.length === 1 ? '1 check' : `${visits.length} checks`;
  const words = unsure === 0 ? `${number}, all sure` : `${number}, ${unsure} not sure`;
  return [text(' ✔ ', unsure === 0 ? 'ok' : 'warn'), text(words), text('   e evidence', 'quiet')];
}

/** The path walked so far, as much of it as the level says. */
export function pathLines(
  visits: readonly Visit[],
  runbook: Runbook,
  width: number,
  level: PathLevel,
): readonly Line[] {
  if (visits.length === 0) return [];
  if (level === 'one') return [counted(visits)];
  if (level === 'compact') {
    return [...visits.map((visit) => compactVisit(visit, runbook, width)), gap];
  }
  return visits.flatMap((visit) => fullVisit(visit, runbook, width));
}
