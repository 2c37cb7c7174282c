import type { Refusal } from '../engine/controller.ts';
import type { InputSpec } from '../runbooks/graph.ts';
import { type CheckedInput, checkInput } from '../runbooks/input.ts';
import type { Core } from './core.ts';
import { fuzzy } from './fuzzy.ts';
import { ask } from './run-ask.ts';
import { type FormField, type FormOverlay, topOverlay } from './session.ts';

/** The forms of a run: values a step asks for, and to whom it is handed over. */
export interface FormCommands {
  values(): void;
  handOver(): void;
  submit(): void;
  back(): void;
  move(step: 1 | -1): void;
}

const plain = { default: null, pattern: null, max: null, choices: null } as const;

const handOverFields: readonly FormField[] = [
  { spec: { ...plain, id: 'to', title: 'Who takes it', type: 'text', min: 1 }, preset: null },
  {
    spec: { ...plain, id: 'note', title: 'What they should know', type: 'text', min: 0 },
    preset: null,
  },
];

/** The field that is being filled. */
export function fieldOf({ fields, at }: FormOverlay): FormField | null {
  return fields[at] ?? null;
}

/** What may be chosen for the field at hand and fits what is typed; null where it is free. */
export function choicesIn(form: FormOverlay): readonly string[] | null {
  const spec = fieldOf(form)?.spec;
  const offered = spec === undefined ? undefined : form.offered[spec.id];
  if (offered === undefined) return null;
  const scored = offered.flatMap((value) => {
    const score = fuzzy(form.text.trim(), value);
    return score === null ? [] : [{ value, score }];
  });
  return scored.toSorted((a, b) => a.score - b.score).map(({ value }) => value);
}

/** The text that Enter would take. */
function takenText(form: FormOverlay): string {
  const choices = choicesIn(form);
  return choices?.[Math.min(form.chosen, choices.length - 1)] ?? form.text.trim();
}

/** What is wrong with the field as it stands, or its value. */
export function checkField(form: FormOverlay): CheckedInput | null {
  const spec = fieldOf(form)?.spec;
  if (spec === undefined) return null;
  return checkInput(spec, takenText(form), form.offered[spec.id] ?? null);
}

/** A field that is entered: what is known of it stands there, its choices beside it. */
function entered(form: FormOverlay, at: number): Partial<FormOverlay> {
  const field = form.fields[at];
  if (field === undefined) return { at };
  const known = form.values[field.spec.id] ?? field.preset ?? '';
  const offered = form.offered[field.spec.id];
  const free = field.spec.choices === null;
  return {
    at,
    text: free ? known : '',
    chosen: free ? 0 : Math.max(0, offered?.indexOf(known) ?? 0),
    problem: null,
  };
}

function formOnTop(core: Core): FormOverlay | null {
  const top = topOverlay(core.session.getState());
  return top?.kind === 'form' ? top : null;
}

/** Reads what may be chosen, for each field that has choices. */
function readChoices(core: Core, id: number, specs: readonly InputSpec[]): void {
  const { run } = core.session.getState();
  const find = () => core.session.getState().overlays.find((overlay) => overlay.id === id);
  for (const { id: input, choices } of specs) {
    if (run === null || choices === null) continue;
    core.task('What may be chosen could not be read', async () => {
      const found = await run.controller.choices(input);
      const form = find();
      if (form?.kind !== 'form' || found === null) return;
      if ('refused' in found) {
        core.patch(id, { problem: `${found.refused}: type it` });
        return;
      }
      const offered = { ...form.offered, [input]: found };
      const here = fieldOf(form)?.spec.id === input;
      core.patch(id, { offered, ...(here ? entered({ ...form, offered }, form.at) : {}) });
    });
  }
}

function open(
  core: Core,
  purpose: FormOverlay['purpose'],
  title: string,
  fields: readonly FormField[],
): void {
  const blank = { values: {}, offered: {}, chosen: 0, working: false, problem: null } as const;
  const [first] = fields;
  const text = first?.spec.choices === null ? (first.preset ?? '') : '';
  core.push({ kind: 'form', purpose, title, fields, at: 0, text, ...blank });
  const form = formOnTop(core);
  if (form === null) return;
  readChoices(
    core,
    form.id,
    fields.map(({ spec }) => spec),
  );
}

/** Gives what was filled in; the form stays, with the reason, when it is refused. */
function give(core: Core, form: FormOverlay, values: Readonly<Record<string, string>>): void {
  const refused = ({ refused: words, mend }: Refusal) =>
    core.patch(form.id, {
      working: false,
      problem: mend === null ? words : `${words}: ${mend}`,
    });
  core.patch(form.id, { working: true, problem: null, values });
  const [words, request] =
    form.purpose === 'inputs'
      ? (['giving the values', 'give'] as const)
      : (['handing over', 'handOver'] as const);
  ask(
    core,
    words,
    async (controller) => {
      const refusal =
        request === 'give'
          ? await controller.give(values)
          : await controller.handOver(values['to'] ?? '', values['note'] ?? '');
      if (refusal === null) core.drop(form.id);
      return refusal;
    },
    refused,
  );
}

function submit(core: Core): void {
  const form = formOnTop(core);
  const field = form === null ? null : fieldOf(form);
  if (form === null || field === null || form.working) return;
  const checked = checkField(form);
  if (checked !== null && 'error' in checked) {
    core.patch(form.id, { problem: `${checked.error}: ${checked.mend}` });
    return;
  }
  const values = { ...form.values, [field.spec.id]: takenText(form) };
  if (form.at + 1 < form.fields.length) {
    core.patch(form.id, { values, ...entered({ ...form, values }, form.at + 1) });
  } else give(core, form, values);
}

/** Binds the forms to a dispatcher core. */
export function createFormCommands(core: Core): FormCommands {
  return {
    values() {
      const { run } = core.session.getState();
      if (run === null) return;
      const wanted = run.controller.inputs();
      const asked = wanted.filter(({ given }) => !given);
      // While something is missing only that is asked for; else all may be given anew.
      const shown = asked.length > 0 ? asked : wanted;
      const fields = shown.map(({ spec, text }) => ({ spec, preset: text }));
      if (fields.length > 0) open(core, 'inputs', 'Values for this step', fields);
    },
    handOver: () => open(core, 'hand-over', 'Hand this run over', handOverFields),
    submit: () => submit(core),
    back() {
      const form = formOnTop(core);
      if (form !== null && form.at > 0) core.patch(form.id, entered(form, form.at - 1));
    },
    move(step) {
      const form = formOnTop(core);
      const count = form === null ? 0 : (choicesIn(form)?.length ?? 0);
      if (form === null || count === 0) return;
      const chosen = Math.max(0, Math.min(count - 1, form.chosen + step));
      core.patch(form.id, { chosen });
    },
  };
}
