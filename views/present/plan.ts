import { isRefusal, type RunView } from '../../src/console/session.ts';
import type { Risk } from '../../src/domain/risk.ts';
import type { FrozenTarget } from '../../src/domain/target.ts';
import type { Plan } from '../../src/engine/controller.ts';
import { type Line, phrase, sized, type Tone, text } from './line.ts';
import { gap, indented, labelled } from './prose.ts';

export const riskTone: Readonly<Record<Risk, Tone>> = {
  observe: 'quiet',
  reversible: 'plain',
  disruptive: 'warn',
  destructive: 'bad',
};

function targetWords(target: FrozenTarget): string {
  return [target.name, target.shortId, target.detail].filter((part) => part !== '').join('  ');
}

function limitWords({ words, breakGlass }: NonNullable<Plan['overLimit']>): string {
  return breakGlass ? `${words}; a reason lets one more pass` : `${words}; nothing passes it`;
}

/** Targets that stand before what is done to them; the rest is listed after all else. */
const TARGETS_FIRST = 6;

/** The first targets, and how many there are beside them. */
function targetLines({ targets }: Plan, width: number): readonly Line[] {
  const first = targets.length <= TARGETS_FIRST ? targets : targets.slice(0, TARGETS_FIRST - 1);
  const more = targets.length - first.length;
  return [
    ...first.flatMap((target, index) =>
      labelled(index === 0 ? 'touches' : '', targetWords(target), width, 'strong', 2),
    ),
    ...(more === 0 ? [] : labelled('', `… and ${more} more, listed below`, width, 'strong')),
  ];
}

/** What a plan touches, does and cannot take back: the block's and the dialog's words. */
export function planLines(plan: Plan, width: number): readonly Line[] {
  return [
    ...targetLines(plan, width),
    ...labelled('does', plan.command, width),
    ...plan.notes.flatMap((note) => labelled('', note, width, 'warn')),
    ...plan.overrides.flatMap((words) => labelled('policy', words, width, 'warn')),
    ...labelled('impact', plan.impact, width),
    ...labelled('undo', plan.undo, width),
    ...plan.verify.flatMap((proof, index) => labelled(index === 0 ? 'verify' : '', proof, width)),
    ...(plan.overLimit === null ? [] : labelled('limit', limitWords(plan.overLimit), width, 'bad')),
    ...(plan.heldBy === null ? [] : labelled('locked', `by ${plan.heldBy}`, width, 'bad')),
  ];
}

/** A list with a title, the lines of each entry; nothing where it is empty. */
function listed(
  title: string,
  items: readonly (readonly Line[])[],
  itemsMax: number,
): readonly Line[] {
  if (items.length === 0) return [];
  const fits = items.length <= itemsMax;
  const shown = fits ? items : items.slice(0, itemsMax - 1);
  const more: Line = [text(`       … ${items.length - shown.length} more: p shows all`, 'quiet')];
  return [[text(`     ${title}`, 'quiet')], ...shown.flat(), ...(fits ? [] : [more])];
}

/**
 * The whole lines a plan brings, a diff or what goes, as they are; and the targets that did not stand
 * first.
 * @param linesMax more of either are counted
 */
export function detailLines(
  { details, targets }: Plan,
  width: number,
  linesMax = Number.POSITIVE_INFINITY,
): readonly Line[] {
  const rest = targets.length <= TARGETS_FIRST ? [] : targets.slice(TARGETS_FIRST - 1);
  const changes = details.map((line) => [
    sized([text('       '), text(line, detailTone(line))], width),
  ]);
  const also = rest.map((target) => indented(targetWords(target), width, 7, 'strong', 2));
  return [...listed('changes', changes, linesMax), ...listed('also touches', also, linesMax)];
}

/** A diff's own signs say what comes and what goes. */
function detailTone(line: string): Tone {
  if (line.startsWith('+')) return 'ok';
  return line.startsWith('-') ? 'bad' : 'plain';
}

/** How old the evidence is on which the choice rests. */
export function evidenceAge(plan: Plan): Line {
  return plan.evidenceAt === null
    ? [text('     evidence  ', 'quiet'), text('none: chosen by you')]
    : [text('     evidence  ', 'quiet'), phrase('age', plan.evidenceAt, { after: ' old' })];
}

/** The preview of the current action, in full. */
export function previewLines(run: RunView, width: number): readonly Line[] {
  const { preview } = run;
  if (preview === null) return [[text(' reading the targets…', 'quiet')]];
  if (isRefusal(preview.plan)) {
    const { refused, mend } = preview.plan;
    return [
      ...indented(refused, width, 3, 'bad'),
      ...(mend === null ? [] : indented(mend, width, 3)),
    ];
  }
  const { plan } = preview;
  return [
    [text(` ${plan.title}`, 'strong'), text(`  ${plan.risk}`, riskTone[plan.risk])],
    gap,
    [text('     region    ', 'quiet'), text(plan.region)],
    ...planLines(plan, width),
    evidenceAge(plan),
    ...detailLines(plan, width),
    gap,
    [text('     Nothing is changed by looking at this.', 'quiet')],
  ];
}
