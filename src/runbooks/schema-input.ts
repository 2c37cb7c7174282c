import * as z from 'zod';
import { inputTypes } from './graph.ts';
import { fieldName, text, values } from './schema-words.ts';

const MAX_CHOICES = 50;
const MAX_PATTERN_LENGTH = 200;

const bound = z.union([z.number(), z.string().min(1)]);
const choice = z.union([text, z.number()]);

/** What an operator is asked for, of a step, a leaf or a whole runbook. */
export const inputSchema = z.strictObject({
  id: fieldName.describe('conditions and texts know it as `inputs.ID`'),
  title: text.describe('what is asked for'),
  type: z
    .enum(inputTypes)
    .default('text')
    .describe('what may be given; an address is IPv4, IPv6 or a network of either'),
  default: z
    .union([z.string(), z.number()])
    .optional()
    .describe('offered at first; a mustache template'),
  pattern: z
    .string()
    .min(1)
    .max(MAX_PATTERN_LENGTH)
    .optional()
    .describe('a regular expression that the whole must match'),
  min: bound.optional().describe('the least number or duration, or the least length of a text'),
  max: bound.optional().describe('the greatest number or duration, or the greatest length'),
  choices: z
    .union([
      z.array(choice).min(1).max(MAX_CHOICES),
      z.strictObject({
        probe: z.string().min(1),
        with: values.default({}),
        field: z.string().min(1).describe('the list in its result; names joined by dots'),
      }),
    ])
    .optional()
    .describe('what may be chosen, or the probe that tells'),
});

export type InputFile = z.output<typeof inputSchema>;
