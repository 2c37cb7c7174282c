import * as z from 'zod';
import { risks } from '../domain/risk.ts';
import { severities } from '../domain/severity.ts';
import { targetKinds } from '../domain/target.ts';

const target = z.object({
  kind: z.enum(targetKinds),
  name: z.string(),
  shortId: z.string(),
  detail: z.string(),
  identity: z.record(z.string(), z.string()),
});

const evidence = z.object({
  step: z.string(),
  probe: z.string(),
  command: z.string(),
  result: z.unknown(),
  error: z.string().nullable(),
  observedAt: z.number(),
  elapsedMs: z.number(),
});

const turn = z.object({ to: z.string(), because: z.string(), sure: z.boolean() });
const readings = z.record(z.string(), z.string());
/** Fields that came later are absent in older journals; whoever folds them says what that means. */
const later = <T extends z.ZodType>(schema: T) => schema.optional();

const outcomes = [
  'resolved',
  'watching',
  'handed-over',
  'escalated',
  'false-alarm',
  'stopped',
] as const;

/** The body of every journal event, by its type. */
const bodies = {
  'incident-opened': z.object({
    title: z.string(),
    severity: z.enum(severities),
    alerts: z.array(z.string()),
    /** When the oldest of its alerts began, epoch ms; null when an operator opened it unasked. */
    alertedAt: z.number().nullable(),
  }),
  'incident-closed': z.object({ state: z.enum(outcomes) }),
  'fact-changed': z.object({ text: z.string() }),
  'run-started': z.object({
    runbook: z.string(),
    title: z.string(),
    /** The runbook's text as the run began: the run keeps it. */
    text: z.string(),
    inputs: z.record(z.string(), z.string()),
  }),
  'step-entered': z.object({
    step: z.string(),
    title: z.string(),
    /** The operator came back to it: it is not left again unasked. */
    held: z.boolean(),
  }),
  'evidence-read': z.object({ evidence, recommended: turn.nullable() }),
  /** What the console would choose where the operator decides; null when it cannot say. */
  'turn-recommended': z.object({ step: z.string(), turn: turn.nullable() }),
  'branch-taken': z.object({
    step: z.string(),
    ...turn.shape,
    by: z.enum(['recommendation', 'operator']),
    overridden: z.boolean(),
  }),
  'step-skipped': z.object({ step: z.string(), reason: z.string(), to: z.string() }),
  'went-back': z.object({ from: z.string(), to: z.string() }),
  /** Any step of the runbook, entered because the operator said so. */
  jumped: z.object({ from: z.string(), to: z.string(), overridden: z.boolean() }),
  /** What only the operator, or a default he let stand, could give; the runbook's own are asked for at its first step. */
  'input-given': z.object({ step: z.string(), values: z.record(z.string(), z.string()) }),
  'message-drafted': z.object({
    step: z.string(),
    recipients: z.array(z.string()),
    text: z.string(),
  }),
  /** The operator took the draft elsewhere by himself. */
  'message-copied': z.object({ step: z.string() }),
  /** This operator drives the run no longer; nobody does until another takes it. */
  'handed-over': z.object({ to: z.string(), note: z.string() }),
  'taken-over': z.object({ from: z.string() }),
  'action-intended': z.object({
    intent: z.string(),
    leaf: z.string(),
    action: z.string(),
    input: z.record(z.string(), z.unknown()),
    targets: z.array(target),
    command: z.string(),
    risk: z.enum(risks),
    impact: z.string(),
    evidenceAt: z.number().nullable(),
    /** Values read before the change, kept for its undo. */
    before: readings,
    /** Numbers on the screen when it was confirmed. */
    readings,
    undoOf: z.string().nullable(),
    /** Why the limit on changes was passed; null when it was not. */
    breakGlass: later(z.string().nullable()),
  }),
  'action-started': z.object({ intent: z.string(), pid: z.number() }),
  'action-output': z.object({ intent: z.string(), line: z.string() }),
  'action-ended': z.object({
    intent: z.string(),
    outcome: z.enum(['done', 'failed', 'refused', 'unknown', 'not-done']),
    message: z.string(),
    /** Figures the action returned, e.g. `{ deleted: 4211 }`; null when it returned none. */
    result: later(z.record(z.string(), z.unknown()).nullable()),
  }),
  'action-settled': z.object({
    intent: z.string(),
    state: z.enum(['done', 'not-done', 'unknown']),
    because: z.string(),
  }),
  'verification-started': z.object({
    leaf: z.string(),
    index: z.number(),
    total: z.number(),
    title: z.string(),
    withinMs: z.number(),
    before: readings,
    everyMs: later(z.number()),
    /** How long it must go on holding; null when once is enough. */
    forMs: later(z.number().nullable()),
    /** Id of the signal drawn beside it; null draws none. */
    signal: later(z.string().nullable()),
  }),
  'verification-sampled': z.object({
    index: z.number(),
    samples: z.number(),
    latest: z.string(),
    now: readings,
    /** Whether the condition held, and since when without a break, epoch ms. */
    holds: later(z.boolean()),
    holdsSince: later(z.number().nullable()),
    /** Of the signal drawn beside it; null when it is not known. */
    value: later(z.number().nullable()),
    /** The first sample's result, where the condition compares with it. */
    first: later(z.unknown()),
  }),
  'verification-ended': z.object({
    index: z.number(),
    passed: z.boolean(),
    samples: z.number(),
    latest: z.string(),
    now: readings,
  }),
  note: z.object({ text: z.string() }),
  escalated: z.object({
    severity: z.enum(severities),
    contacts: z.array(z.string()),
    message: z.string(),
    /** When an answer is due, epoch ms; null for the next business day. */
    answerDueAt: z.number().nullable(),
  }),
  'run-finished': z.object({
    outcome: z.enum(outcomes),
    leaf: z.string().nullable(),
    verified: z.boolean().nullable(),
  }),
  /** A run that had ended goes on, and its incident with it: its last change is taken back. */
  'run-reopened': z.object({ why: z.string() }),
} as const;

export type EventType = keyof typeof bodies;
export type BodyOf<T extends EventType> = z.output<(typeof bodies)[T]>;

/** An event about to be written. */
export type NewEvent = {
  readonly [T in EventType]: { readonly type: T; readonly body: BodyOf<T> };
}[EventType];

/** What every event says beside its body. */
interface EventHead {
  readonly seq: number;
  /** Epoch ms. */
  readonly at: number;
  readonly region: string;
  readonly incident: string;
  readonly run: string | null;
  /** `name@host` with the SSH address, as it was when the event was written. */
  readonly operator: { readonly name: string; readonly host: string; readonly from: string | null };
  /** SHA-256 over this event and the hash of the one before. */
  readonly hash: string;
}

/** An event as it stands in the journal. */
export type JournalEvent = EventHead & NewEvent;

export function event<T extends EventType>(type: T, body: BodyOf<T>): NewEvent {
  return { type, body } as NewEvent;
}
