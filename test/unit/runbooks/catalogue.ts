import * as z from 'zod';
import { defineAction, defineProbe } from '../../../src/integrations/contract.ts';
import { createCatalogue } from '../../../src/runbooks/catalogue.ts';

const notHere = () => Promise.reject(new Error('this catalogue reads and does nothing'));

const state = defineProbe({
  id: 'demo.state',
  title: 'State',
  input: z.strictObject({ service: z.string(), port: z.coerce.number().int().default(1) }),
  result: z.object({
    up: z.boolean(),
    state: z.string(),
    count: z.number(),
    last: z.number().nullable(),
  }),
  command: ({ service }, context) => `demo state ${context.bind(service).service}`,
  read: notHere,
});

const up = defineProbe({
  id: 'demo.up',
  title: 'Up',
  input: z.strictObject({}),
  result: z.object({ up: z.boolean() }),
  command: () => 'demo up',
  read: notHere,
});

const tags = defineProbe({
  id: 'demo.tags',
  title: 'Tags',
  input: z.strictObject({ service: z.string() }),
  result: z.object({ tags: z.array(z.string()), newest: z.object({ name: z.string() }) }),
  command: () => 'demo tags',
  read: notHere,
});

const set = defineAction({
  id: 'demo.set',
  title: 'Set',
  risk: 'reversible',
  input: z.strictObject({ service: z.string(), value: z.coerce.number() }),
  undo: { kind: 'action', action: 'demo.set', with: { value: '{{before.value}}' } },
  timeoutMs: 1000,
  preview: notHere,
  run: notHere,
  settle: notHere,
});

const restart = defineAction({
  id: 'demo.restart',
  title: 'Restart',
  risk: 'disruptive',
  input: z.strictObject({ service: z.string() }),
  undo: { kind: 'irreversible', why: 'what was restarted stays so' },
  timeoutMs: 1000,
  preview: notHere,
  run: notHere,
  settle: notHere,
});

/** A few probes and actions, enough to read runbooks against. */
export const demoCatalogue = createCatalogue([state, up, tags], [restart, set]);
