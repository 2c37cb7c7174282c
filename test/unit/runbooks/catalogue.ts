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

/** A few probes and one action, enough to read runbooks against. */
export const demoCatalogue = createCatalogue([state, up], [restart]);
