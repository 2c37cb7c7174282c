import * as z from 'zod';
import { runbookFileSchema } from './schema.ts';
import { packFileSchema } from './schema-pack.ts';

/** The JSON Schema of a runbook file, so that editors complete and check it. */
export function runbookJsonSchema(): Record<string, unknown> {
  return published(runbookFileSchema, 'An opsconsole runbook');
}

/** The JSON Schema of a pack.yaml. */
export function packJsonSchema(): Record<string, unknown> {
  return published(packFileSchema, "What a system's runbooks share");
}

function published(schema: z.ZodType, title: string): Record<string, unknown> {
  return { title, ...z.toJSONSchema(schema, { io: 'input', target: 'draft-2020-12' }) };
}
