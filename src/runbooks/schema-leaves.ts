import * as z from 'zod';
import { risks } from '../domain/risk.ts';
import { nodeFields } from './schema-steps.ts';
import { checklist, condition, duration, shown, target, text, values } from './schema-words.ts';

const verification = z.strictObject({
  title: text,
  probe: z.string().min(1).optional().describe('read at every sample; signals need none'),
  with: values.optional(),
  until: condition.describe('CEL; knows the first sample as `first`'),
  within: duration,
  every: duration.default('2s'),
  for: duration.optional().describe('it must go on holding for so long'),
  signal: z.string().min(1).optional().describe('the signal drawn beside it'),
});

const otherwise = target.optional().describe('where to go when the verification fails');
const onwards = target.optional().describe('where to go on; without it the run ends as resolved');

const doLeaf = z
  .strictObject({
    ...nodeFields,
    do: text.describe('the change, in the imperative'),
    action: z.string().min(1),
    with: values.default({}),
    impact: text.describe('what users and the system lose by it'),
    irreversible: text.optional().describe('why it cannot be taken back'),
    undo: z
      .strictObject({ action: z.string().min(1), with: values.default({}) })
      .optional()
      .describe('takes it back, in place of what the action declares; knows {{before.…}}'),
    precheck: z
      .strictObject({ when: condition, words: text.describe('why it is refused otherwise') })
      .optional()
      .describe('must hold right before the act'),
    risk: z.enum(risks).optional().describe("raises the action's own risk, never lowers it"),
    verify: z.array(verification).default([]),
    otherwise,
    // biome-ignore lint/suspicious/noThenProperty: a field of the file, never awaited
    then: onwards,
  })
  .refine(({ undo, irreversible }) => undo === undefined || irreversible === undefined, {
    path: ['irreversible'],
    message: 'use `undo` or `irreversible`, not both',
  });

const verifyLeaf = z.strictObject({
  ...nodeFields,
  prove: text.describe('the state to be proved'),
  verify: z.array(verification).min(1),
  otherwise,
  // biome-ignore lint/suspicious/noThenProperty: a field of the file, never awaited
  then: onwards,
});

const manualLeaf = z.strictObject({
  ...nodeFields,
  decide: text.describe('the finding'),
  show: z.array(shown).default([]),
  checklist,
  ends: z.enum(['watching', 'handed-over', 'false-alarm']),
});

const escalateLeaf = z.strictObject({
  ...nodeFields,
  escalate: text,
  reason: text,
});

const endLeaf = z.strictObject({
  ...nodeFields,
  end: text.describe('how it ended'),
  ends: z.enum(['resolved', 'watching', 'handed-over', 'false-alarm']),
});

/** Kinds of leaves, by the field that tells them apart. */
export const leafSchemas = {
  do: doLeaf,
  prove: verifyLeaf,
  decide: manualLeaf,
  escalate: escalateLeaf,
  end: endLeaf,
};

export type DoLeafFile = z.output<typeof doLeaf>;
export type VerifyLeafFile = z.output<typeof verifyLeaf>;
export type ManualLeafFile = z.output<typeof manualLeaf>;
export type EscalateLeafFile = z.output<typeof escalateLeaf>;
export type EndLeafFile = z.output<typeof endLeaf>;
export type VerificationFile = z.output<typeof verification>;
