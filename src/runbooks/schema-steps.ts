import * as z from 'zod';
import { inputSchema } from './schema-input.ts';
import {
  checklist,
  condition,
  duration,
  fieldName,
  message,
  nodeId,
  runbookId,
  shown,
  target,
  text,
  values,
} from './schema-words.ts';

const MAX_GATHERED = 20;

/** What every step and leaf may have. */
export const nodeFields = {
  id: nodeId,
  input: z.array(inputSchema).max(10).default([]).describe('asked for before it is read or done'),
  why: text.optional().describe('one line on where it departs from its source, and why'),
};

const next = target.optional().describe('where it goes on; the next step when absent');

const checkBranch = z
  .strictObject({
    when: condition.optional().describe('CEL; the branch without it is taken when none holds'),
    because: text.describe('why this way, with the numbers: a mustache template over the result'),
    to: target
      .optional()
      .describe('a branch without `when` may leave it out: the next step follows'),
  })
  .refine(({ when, to }) => when === undefined || to !== undefined, {
    path: ['to'],
    message: 'a branch with `when` says where it leads',
  });

const askBranch = z
  .strictObject({
    when: condition.optional().describe('CEL over signals; recommends this option when it holds'),
    recommended: z.literal(true).optional().describe('this option is always the recommended one'),
    because: text.describe('the option in words'),
    to: target,
  })
  .refine(({ when, recommended }) => when === undefined || recommended === undefined, {
    path: ['recommended'],
    message: 'use `when` or `recommended`, not both',
  });

const evidenceAge = duration.optional().describe('older evidence is read again before an act');

const checkStep = z.strictObject({
  ...nodeFields,
  check: text.describe('the question, as a sentence'),
  probe: z.string().min(1),
  with: values.default({}),
  'max-evidence-age': evidenceAge,
  branches: z.array(checkBranch).min(1),
});

const askStep = z.strictObject({
  ...nodeFields,
  ask: text.describe('the question to the operator'),
  show: z.array(shown).default([]),
  branches: z.array(askBranch).min(1),
});

const gatherStep = z.strictObject({
  ...nodeFields,
  gather: text.describe('what is looked at, all at once'),
  probes: z
    .record(fieldName, shown)
    .refine((probes) => Object.keys(probes).length > 0, 'name one probe at least')
    .refine(
      (probes) => Object.keys(probes).length <= MAX_GATHERED,
      `at most ${MAX_GATHERED} probes`,
    )
    .describe('name to probe; conditions know each result as `result.NAME`'),
  'max-evidence-age': evidenceAge,
  branches: z.array(checkBranch).default([]).describe('the next step follows when none holds'),
});

const manualStep = z.strictObject({
  ...nodeFields,
  manual: text.describe('what a person does, in the imperative'),
  show: z.array(shown).default([]),
  checklist,
  to: next,
});

const notifyStep = z
  .strictObject({
    ...nodeFields,
    notify: text.describe('what is told, and to whom'),
    recipients: z.array(text).min(1).max(20).describe('names from the `contacts` of the pack'),
    text: message.optional().describe('the message: a mustache template'),
    template: z.string().min(1).optional().describe('a name from the `templates` of the pack'),
    to: next,
  })
  .refine((step) => (step.text === undefined) !== (step.template === undefined), {
    path: ['text'],
    message: 'write the message as `text`, or name a `template` of the pack: one of them',
  });

const callStep = z.strictObject({
  ...nodeFields,
  call: text.describe('what the other runbook is gone through for'),
  runbook: runbookId.describe('id of another runbook of the pack'),
  returns: target
    .optional()
    .describe('where to go on once it has resolved or ended; absent: it does not come back'),
});

/** Kinds of steps, by the field that tells them apart. */
export const stepSchemas = {
  check: checkStep,
  ask: askStep,
  gather: gatherStep,
  manual: manualStep,
  notify: notifyStep,
  call: callStep,
};

export type CheckStepFile = z.output<typeof checkStep>;
export type AskStepFile = z.output<typeof askStep>;
export type GatherStepFile = z.output<typeof gatherStep>;
export type ManualStepFile = z.output<typeof manualStep>;
export type NotifyStepFile = z.output<typeof notifyStep>;
export type CallStepFile = z.output<typeof callStep>;
export type CheckBranchFile = z.output<typeof checkBranch>;
