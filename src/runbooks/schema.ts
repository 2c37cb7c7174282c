import * as z from 'zod';
import { severities } from '../domain/severity.ts';
import { inputSchema } from './schema-input.ts';
import { leafSchemas } from './schema-leaves.ts';
import { stepSchemas } from './schema-steps.ts';
import { condition, duration, runbookId, text } from './schema-words.ts';

const headFields = {
  id: runbookId,
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
  'resolve-within': duration
    .optional()
    .describe('the target from the page to the proof; drills are held against it'),
  panels: z.array(z.string().min(1)).default([]),
  inputs: z.array(inputSchema).max(10).default([]).describe('asked for before its first step'),
  watch: z.array(z.string().min(1)).default([]).describe('signals shown before and after'),
  meanwhile: z.array(text).default([]).describe('what users lose while it lasts'),
};

/** Everything but the steps, leaves and inputs, which are checked one by one for better words. */
export const headSchema = z.strictObject({
  ...headFields,
  inputs: z.array(z.unknown()).max(10).default([]),
  steps: z.array(z.unknown()).default([]),
  leaves: z.array(z.unknown()).min(1),
});

/** A whole runbook file, for the published JSON Schema. */
export const runbookFileSchema = z.strictObject({
  ...headFields,
  steps: z
    .array(z.union(Object.values(stepSchemas)))
    .default([])
    .describe('the first is where a run begins; without one it begins at the first leaf'),
  leaves: z.array(z.union(Object.values(leafSchemas))).min(1),
});

export type HeadFile = z.output<typeof headSchema>;
export type ShownFile =
  | string
  | { readonly probe: string; readonly with?: Record<string, unknown> | undefined };
