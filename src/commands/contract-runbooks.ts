import * as z from 'zod';
import { severities } from '../domain/severity.ts';

const runbooks = z.array(
  z.object({
    id: z.string(),
    system: z.string(),
    title: z.string(),
    severity: z.enum(severities),
    alerts: z.array(z.string()),
    steps: z.number(),
    leaves: z.array(z.string()),
  }),
);

const lint = z.array(
  z.object({
    file: z.string(),
    line: z.number(),
    column: z.number(),
    level: z.enum(['error', 'warning']),
    message: z.string(),
    mend: z.string(),
  }),
);

const inputs = z.array(z.object({ id: z.string(), title: z.string(), type: z.string() }));
const text = z.string().nullable();

const show = z.object({
  id: z.string(),
  system: z.string(),
  title: z.string(),
  severity: z.enum(severities),
  key: text,
  alerts: z.array(z.string()),
  when: text.describe('The condition that makes it a suggestion.'),
  panels: z.array(z.string()),
  watch: z.array(z.string()),
  meanwhile: z.array(z.string()),
  inputs,
  start: z.string(),
  steps: z.array(
    z.object({
      id: z.string(),
      kind: z.string(),
      title: z.string(),
      why: text,
      inputs,
      reads: z.array(z.string()).describe('Probes.'),
      ways: z.array(z.object({ to: z.string(), when: text, because: text })),
    }),
  ),
  leaves: z.array(
    z.object({
      id: z.string(),
      kind: z.string(),
      title: z.string(),
      why: text,
      inputs,
      action: text,
      risk: text,
      impact: text,
      undo: text.describe('The action that takes it back.'),
      irreversible: text,
      verify: z.array(z.object({ title: z.string(), withinMs: z.number() })),
      checklist: z.array(z.string()),
      ends: text,
      ways: z.array(z.object({ to: z.string(), after: z.enum(['success', 'failure']) })),
    }),
  ),
});

const verify = z.array(
  z.object({
    runbook: z.string().describe('Its id, or the system for what its pack requires.'),
    step: z.string().describe('A step, a leaf, or `opens-on`, `watch`, `inputs`, `requires`.'),
    needs: z.string(),
    found: z.string().nullable().describe('What stands for it; null when nothing was found.'),
    state: z.enum(['ok', 'guessed', 'missing', 'forbidden', 'unknown']),
    suggestion: z.string().nullable(),
  }),
);

const walk = z.object({
  runbook: z.string(),
  paths: z.array(
    z.object({
      leaf: z.string(),
      stops: z.array(
        z.object({
          id: z.string(),
          kind: z.string(),
          title: z.string(),
          commands: z.array(z.string()),
          turn: z.string().nullable(),
        }),
      ),
    }),
  ),
  cut: z.boolean().describe('There are more paths than are listed.'),
});

/** The `--json` answers of `runbooks …`, by the name `schema` knows them under. */
export const runbooksContract = {
  'runbooks-list': runbooks,
  'runbooks-lint': lint,
  'runbooks-show': show,
  'runbooks-walk': walk,
  'runbooks-verify': verify,
} as const;
