import * as z from 'zod';
import { drillClasses } from '../drills/drill.ts';
import { drillRecordSchema } from '../drills/history.ts';

const drill = z.object({
  id: z.string(),
  runbook: z.string(),
  leaf: z.string(),
  class: z.enum(drillClasses),
  fault: z.string(),
  title: z.string(),
});

const performed = z.object({
  id: z.string(),
  runbook: z.string(),
  class: z.enum(drillClasses),
  trial: z
    .string()
    .describe(
      '`follow`; with --thorough also `left-alone`, `not-done`, and `remedy LEAF` of other leaves.',
    ),
  expectedLeaf: z.string(),
  reachedLeaf: z.string().nullable().describe('The first leaf; null when it came to none.'),
  diagnosisMs: z
    .number()
    .nullable()
    .describe('From the fault to the leaf being named, by the region’s clock.'),
  acted: z.boolean(),
  verified: z.boolean().nullable(),
  script: z
    .array(
      z.object({
        at: z.string(),
        take: z.string().nullable(),
        give: z.record(z.string(), z.string()),
        done: z.boolean(),
        happens: z.string().nullable(),
      }),
    )
    .describe('What was answered where an operator decides.'),
  result: z.enum(['pass', 'fail']),
  why: z.string().nullable().describe('Why it did not pass.'),
  journal: z.string().describe('The file of its record.'),
});

/** The answers of `drill`. */
export const drillsContract = {
  'drill-list': z.array(drill),
  'drill-history': z.array(drillRecordSchema).describe('Newest first.'),
  'drill-run': performed.describe('One object a line.'),
} as const;
