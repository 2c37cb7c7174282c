import { checkField, choicesIn, fieldOf } from '../../src/console/run-forms.ts';
import type { FormOverlay } from '../../src/console/session.ts';
import { cell, type Line, sized, text } from './line.ts';
import { windowOf } from './list.ts';
import { gap, indented } from './prose.ts';

/** Choices in sight at once. */
const CHOICES_MAX = 8;
const TITLE_WIDTH = 24;

/** What is to be given, in words: type and bounds, or that one chooses. */
function hintWords(form: FormOverlay): string {
  const spec = fieldOf(form)?.spec;
  if (spec === undefined) return '';
  if (spec.choices !== null) {
    const known = form.offered[spec.id] !== undefined;
    return known ? 'choose one; typing narrows the list' : 'reading what may be chosen…';
  }
  return spec.min === 0 && spec.type === 'text' ? 'text, may be left empty' : spec.type;
}

/** The state of the field as it stands: what is wrong with it, as it is typed, or that it is good. */
function verdict(form: FormOverlay, width: number): readonly Line[] {
  if (form.working) return [[text('   ◐ giving the values…', 'accent')]];
  if (form.problem !== null) return indented(`▲ ${form.problem}`, width, 3, 'bad', 3);
  const checked = checkField(form);
  if (checked === null) return [];
  if ('ok' in checked) return [[text('   ✔ ', 'ok'), text('⏎ takes it', 'quiet')]];
  // Nothing typed yet is no mistake yet.
  const begun = form.text !== '';
  const words = begun ? `▲ ${checked.error}: ${checked.mend}` : checked.mend;
  return indented(words, width, 3, begun ? 'warn' : 'quiet', 3);
}

function choiceLines(form: FormOverlay, width: number): readonly Line[] {
  const choices = choicesIn(form);
  if (choices === null) return [];
  if (choices.length === 0) return [[text('     nothing fits', 'quiet')]];
  const chosen = Math.max(0, Math.min(form.chosen, choices.length - 1));
  const [from, to] = windowOf(choices.length, chosen, CHOICES_MAX);
  const more = choices.length - (to - from);
  return [
    ...choices.slice(from, to).map((choice, index): Line => {
      const here = from + index === chosen;
      return sized(
        [text(here ? '   ▸ ' : '     ', 'accent'), text(choice, here ? 'strong' : 'plain')],
        width,
      );
    }),
    ...(more > 0 ? [[text(`     … ${more} more`, 'quiet')] satisfies Line] : []),
  ];
}

/** The fields of a form: those that are filled, the one at hand, those to come. */
export function formLines(form: FormOverlay, width: number): readonly Line[] {
  const fields = form.fields.flatMap(({ spec, preset }, place): readonly Line[] => {
    const title = cell([text(spec.title, place === form.at ? 'strong' : 'quiet')], TITLE_WIDTH);
    if (place !== form.at) {
      const value = form.values[spec.id] ?? preset ?? '–';
      const done = place < form.at;
      return [[text(done ? ' ✔ ' : '   ', 'ok'), ...title, text(` ${value}`, 'quiet')]];
    }
    return [
      [text(' ▶ ', 'accent'), ...title, text(` ${form.text}`, 'strong'), text('█')],
      ...choiceLines(form, width),
      [text(`     ${hintWords(form)}`, 'quiet')],
      ...verdict(form, width),
    ];
  });
  const keys: Line = [
    text('  ⏎ ', 'accent'),
    text(form.at + 1 < form.fields.length ? 'next field   ' : 'give them   ', 'quiet'),
    ...(form.at > 0 ? [text('Shift-Tab ', 'accent'), text('field before   ', 'quiet')] : []),
    ...(choicesIn(form) === null ? [] : [text('↑ ↓ ', 'accent'), text('choose   ', 'quiet')]),
    text('Esc ', 'accent'),
    text('cancel', 'quiet'),
  ];
  return [gap, ...fields, gap, keys];
}
