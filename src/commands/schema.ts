import * as z from 'zod';
import { configJsonSchema } from '../config/schema.ts';
import { didYouMean } from '../domain/nearest.ts';
import { drillSchema } from '../drills/drill.ts';
import { packJsonSchema, runbookJsonSchema } from '../runbooks/json-schema.ts';
import { contract } from './contract.ts';
import { type ExitCode, exitCodes } from './exit-codes.ts';
import type { Output } from './output.ts';

/** Every schema this program publishes, by name. */
export const schemas: Readonly<Record<string, () => object>> = {
  ...Object.fromEntries(
    Object.entries(contract).map(([name, schema]) => [name, () => z.toJSONSchema(schema)]),
  ),
  config: configJsonSchema,
  runbook: runbookJsonSchema,
  pack: packJsonSchema,
  drill: () => z.toJSONSchema(drillSchema, { io: 'input' }),
};

/** `schema [NAME]`: the JSON Schema of a command's `--json` answer or of a file; without a name, the names. */
export function schemaCommand(output: Output, name: string | null): ExitCode {
  const names = Object.keys(schemas);
  if (name === null) {
    output.write(output.json ? JSON.stringify(names) : names.join('\n'));
    return exitCodes.done;
  }
  const schema = schemas[name];
  if (!schema) {
    const mend = didYouMean(name, names, `there are ${names.join(', ')}`);
    output.note(`There is no schema ${name}; ${mend}`);
    return exitCodes.usage;
  }
  output.write(JSON.stringify(schema(), null, 2));
  return exitCodes.done;
}
