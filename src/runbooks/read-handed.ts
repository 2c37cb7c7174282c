import { didYouMean } from '../domain/nearest.ts';
import type { CallStep, ChecklistStep, NotifyStep } from './graph.ts';
import { named, readBase, readChecklist, readNext } from './read-base.ts';
import { readShown } from './read-call.ts';
import { readTemplate } from './read-words.ts';
import type { Reader } from './reader.ts';
import type { CallStepFile, ManualStepFile, NotifyStepFile } from './schema-steps.ts';
import type { Path } from './yaml-file.ts';

/** Reads what a person does by a list. */
export function readManual(
  reader: Reader,
  step: ManualStepFile,
  path: Path,
  next: string | null,
): ChecklistStep {
  return {
    ...readBase(reader, step, step.manual, path),
    kind: 'checklist',
    show: readShown(reader, step.show, path),
    checklist: readChecklist(reader, step.checklist, [...path, 'checklist']),
    to: readNext(reader, step.to, next, path),
  };
}

/** Reads a message: its recipients are contacts of the pack, its text is its own or the pack's. */
export function readNotify(
  reader: Reader,
  step: NotifyStepFile,
  path: Path,
  next: string | null,
): NotifyStep {
  const { contacts } = reader.facts;
  for (const [index, name] of step.recipients.entries()) {
    if (contacts === null || contacts.has(name)) continue;
    const list = contacts.size > 0 ? `there are ${[...contacts].join(', ')}` : 'add it there';
    const mend = didYouMean(name, contacts, list);
    const at = [...path, 'recipients', index];
    reader.report.error(at, `\`${name}\` is not among the \`contacts\` of the pack`, mend);
  }
  return {
    ...readBase(reader, step, step.notify, path),
    kind: 'notify',
    recipients: step.recipients,
    text: readMessage(reader, step, path),
    to: readNext(reader, step.to, next, path),
  };
}

/** A template of the pack is checked where it is used: only there it is known what fills it. */
function readMessage(reader: Reader, step: NotifyStepFile, path: Path): string {
  const field = step.template === undefined ? 'text' : 'template';
  const at = [...path, field];
  const { report, facts } = reader;
  const text =
    step.template === undefined
      ? step.text
      : named(report, 'template', facts.templates, step.template, at);
  if (text) readTemplate(reader, text, at);
  return text ?? '';
}

/** What a call asks for; the other runbook is taken in once all of the pack are read. */
export interface Call {
  readonly id: string;
  readonly runbook: string;
  readonly returns: string | null;
  readonly path: Path;
}

/** Reads a call. Until it is linked it leads to where the other runbook returns to. */
export function readCallStep(
  reader: Reader,
  step: CallStepFile,
  path: Path,
): { readonly node: CallStep; readonly call: Call } {
  const { id, runbook, returns = null } = step;
  const base = readBase(reader, step, step.call, path);
  return {
    node: { ...base, kind: 'call', runbook, to: returns ?? '' },
    call: { id, runbook, returns, path },
  };
}
