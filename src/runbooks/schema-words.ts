import * as z from 'zod';

const MAX_TEXT_LENGTH = 600;
const MAX_MESSAGE_LENGTH = 4000;

/** A line or two of words. */
export const text = z.string().trim().min(1).max(MAX_TEXT_LENGTH);
/** A message of several lines. */
export const message = z.string().trim().min(1).max(MAX_MESSAGE_LENGTH);

export const nodeId = z
  .string()
  .regex(/^[a-z0-9]+(?:-[a-z0-9]+)*$/, 'ids are small letters, digits and single dashes')
  .describe('small letters, digits and dashes; unique in the runbook');
export const runbookId = z
  .string()
  .regex(/^[a-z0-9-]+\/[a-z0-9-]+$/, 'ids are `system/file-name`')
  .describe('`system/file-name`');
export const target = z.string().min(1).describe('id of a step or leaf of this runbook');
export const condition = z
  .string()
  .min(1)
  .describe('CEL over result, signals, steps, inputs and run');
export const values = z
  .record(z.string(), z.unknown())
  .describe('inputs; texts may hold {{placeholders}}');
export const duration = z.string().min(1).describe('such as 90s or 5m, or a name from the pack');
/** A name that conditions reach with a dot. */
export const fieldName = z
  .string()
  .regex(/^[a-z][A-Za-z0-9]*$/, 'names begin with a small letter, then letters and digits');

/** A probe alone by its id, or with inputs. */
export const shown = z.union([
  z.string().min(1).describe('a probe that needs no input'),
  z.strictObject({ probe: z.string().min(1), with: values.optional() }),
]);

/** Lines for a person, or the name of a list that the pack shares. */
export const checklist = z.union([
  z.string().min(1).describe('a name from the `checklists` of the pack'),
  z.array(text).min(1),
]);
