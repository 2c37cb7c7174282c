import * as z from 'zod';
import { risks } from '../domain/risk.ts';
import { severities } from '../domain/severity.ts';

const MAX_TEXT_LENGTH = 600;

const text = z.string().trim().min(1).max(MAX_TEXT_LENGTH);
const nodeId = z
  .string()
  .regex(/^[a-z0-9]+(?:-[a-z0-9]+)*$/, 'ids are small letters, digits and single dashes')
  .describe('small letters, digits and dashes; unique in the runbook');
const target = z.string().min(1).describe('id of a step or leaf of this runbook');
const condition = z.string().min(1).describe('CEL over result, signals, inputs and run');
const input = z.record(z.string(), z.unknown()).describe('inputs; texts may hold {{placeholders}}');
const duration = z.string().min(1).describe('such as 90s or 5m, or a name from the pack');

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

const shown = z.union([
  z.string().min(1).describe('a probe that needs no input'),
  z.strictObject({ probe: z.string().min(1), with: input.optional() }),
]);

const verification = z.strictObject({
  title: text,
  probe: z.string().min(1).optional().describe('read at every sample; signals need none'),
  with: input.optional(),
  until: condition,
  within: duration,
  every: duration.default('2s'),
});

const checkStep = z.strictObject({
  id: nodeId,
  check: text.describe('the question, as a sentence'),
  probe: z.string().min(1),
  with: input.default({}),
  'max-evidence-age': duration.optional().describe('older evidence is read again before an act'),
  branches: z.array(checkBranch).min(1),
});

const askStep = z.strictObject({
  id: nodeId,
  ask: text.describe('the question to the operator'),
  show: z.array(shown).default([]),
  branches: z.array(askBranch).min(1),
});

const doLeaf = z.strictObject({
  id: nodeId,
  do: text.describe('the change, in the imperative'),
  action: z.string().min(1),
  with: input.default({}),
  impact: text.describe('what users and the system lose by it'),
  irreversible: text.optional().describe('why it cannot be taken back'),
  risk: z.enum(risks).optional().describe("raises the action's own risk, never lowers it"),
  verify: z.array(verification).default([]),
  otherwise: target.optional().describe('where to go when the verification fails'),
  // biome-ignore lint/suspicious/noThenProperty: a field of the file, never awaited
  then: target.optional().describe('where to go on; without it the run ends as resolved'),
});

const verifyLeaf = z.strictObject({
  id: nodeId,
  prove: text.describe('the state to be proved'),
  verify: z.array(verification).min(1),
  otherwise: target.optional(),
});

const manualLeaf = z.strictObject({
  id: nodeId,
  decide: text.describe('the finding'),
  show: z.array(shown).default([]),
  checklist: z.array(text).min(1),
  ends: z.enum(['watching', 'handed-over', 'false-alarm']),
});

const escalateLeaf = z.strictObject({
  id: nodeId,
  escalate: text,
  reason: text,
});

/** Kinds of steps and leaves, by the field that tells them apart. */
export const stepSchemas = { check: checkStep, ask: askStep };
export const leafSchemas = {
  do: doLeaf,
  prove: verifyLeaf,
  decide: manualLeaf,
  escalate: escalateLeaf,
};

const headFields = {
  id: z
    .string()
    .regex(/^[a-z0-9-]+\/[a-z0-9-]+$/, 'ids are `system/file-name`')
    .describe('`system/file-name`'),
  title: text,
  severity: z.enum(severities),
  key: z
    .string()
    .regex(/^[a-z0-9]$/, 'a key is one small letter or digit')
    .optional()
    .describe('opens it from anywhere after R; unique in the pack'),
  'opens-on': z
    .strictObject({
      alerts: z.array(z.string().min(1).describe('a name, or name{label="value"}')).default([]),
      when: condition.optional(),
    })
    .optional(),
  panels: z.array(z.string().min(1)).default([]),
  watch: z.array(z.string().min(1)).default([]).describe('signals shown before and after'),
  meanwhile: z.array(text).default([]).describe('what users lose while it lasts'),
};

/** Everything but the steps and leaves, which are checked one by one for better words. */
export const headSchema = z.strictObject({
  ...headFields,
  steps: z.array(z.unknown()).min(1),
  leaves: z.array(z.unknown()).min(1),
});

/** A whole runbook file, for the published JSON Schema. */
export const runbookFileSchema = z.strictObject({
  ...headFields,
  steps: z.array(z.union([checkStep, askStep])).min(1),
  leaves: z.array(z.union([doLeaf, verifyLeaf, manualLeaf, escalateLeaf])).min(1),
});

export type HeadFile = z.output<typeof headSchema>;
export type CheckStepFile = z.output<typeof checkStep>;
export type AskStepFile = z.output<typeof askStep>;
export type DoLeafFile = z.output<typeof doLeaf>;
export type VerifyLeafFile = z.output<typeof verifyLeaf>;
export type ManualLeafFile = z.output<typeof manualLeaf>;
export type EscalateLeafFile = z.output<typeof escalateLeaf>;
export type VerificationFile = z.output<typeof verification>;
export type ShownFile = z.output<typeof shown>;
