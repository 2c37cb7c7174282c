import { describe, expect, it } from 'vitest';
import { packJsonSchema, runbookJsonSchema } from '../../../src/runbooks/json-schema.ts';
import { leafSchemas } from '../../../src/runbooks/schema-leaves.ts';
import { stepSchemas } from '../../../src/runbooks/schema-steps.ts';

type Json = { readonly [name: string]: unknown };

/** What stands at a path of nested objects. */
const at = (value: unknown, ...path: string[]): unknown =>
  path.reduce<unknown>((here, name) => (here as Json | undefined)?.[name], value);

describe('the published schemas', () => {
  it('can be read by an editor: plain JSON with no field beyond those of the format', () => {
    for (const schema of [runbookJsonSchema(), packJsonSchema()]) {
      expect(JSON.parse(JSON.stringify(schema))).toEqual(schema);
      expect(schema).toMatchObject({ type: 'object', additionalProperties: false });
      expect(schema['$schema']).toContain('2020-12');
    }
  });

  it('know every kind of step and leaf, and which fields they need', () => {
    const kinds = (list: string, schemas: object) => {
      const forms = at(runbookJsonSchema(), 'properties', list, 'items', 'anyOf') as Json[];
      return [
        forms.map((form) => Object.keys(schemas).find((kind) => at(form, 'properties', kind))),
        Object.keys(schemas),
      ];
    };
    for (const [listed, known] of [kinds('steps', stepSchemas), kinds('leaves', leafSchemas)]) {
      expect(listed).toEqual(known);
    }
    expect(runbookJsonSchema()['required']).toEqual(['id', 'title', 'severity', 'leaves']);
  });

  it('say in words what a field is for', () => {
    expect(at(runbookJsonSchema(), 'properties', 'key', 'description')).toContain('unique');
    expect(at(packJsonSchema(), 'properties', 'durations', 'description')).toContain('rebind');
  });
});
