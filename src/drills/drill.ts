import * as z from 'zod';
import type { Leaf } from '../runbooks/graph.ts';

/** What a drill asks of its leaf. */
export const drillClasses = ['acting', 'deciding', 'escalating'] as const;
export type DrillClass = (typeof drillClasses)[number];

/** What the operator of a drill does at a step that no console can decide. */
const answer = z
  .strictObject({
    at: z.string().min(1).describe('The step or leaf.'),
    take: z.string().min(1).optional().describe('Where to go on from there.'),
    give: z.record(z.string(), z.string()).optional().describe('Values for what is asked, by id.'),
    done: z.literal(true).optional().describe('What people do there was done.'),
    happens: z
      .string()
      .min(1)
      .optional()
      .describe('What that changes in the region: one of the things that the simulator knows.'),
  })
  .refine(({ take, give, done }) => [take, give, done].some((one) => one !== undefined), {
    message: 'an answer takes a way, gives values, or is done',
  });

/** A file of `drills/` beside the runbooks of a pack. */
export const drillSchema = z.strictObject({
  id: z
    .string()
    .regex(/^[a-z][\w-]*\/[\w-]+$/, 'the system, a slash and a name, e.g. falcon/redis-killed'),
  title: z.string().min(1).describe('What has happened, in words.'),
  runbook: z.string().min(1),
  leaf: z.string().min(1).describe('The leaf that the fault leads to.'),
  'goes-on-to': z
    .array(z.string().min(1))
    .default([])
    .describe('The leaves that the run goes on to from there, in their order.'),
  class: z.enum(drillClasses),
  fault: z.string().min(1).describe('What the simulator lets break.'),
  opened: z
    .literal('by-operator')
    .optional()
    .describe('No alert leads to the runbook: somebody opens it who suspects something.'),
  demo: z
    .enum(['first', 'never'])
    .optional()
    .describe('In a demo it comes first of its system; or never, for it takes too long to watch.'),
  after: z
    .array(z.string().min(1))
    .default([])
    .describe('Leaves that are carried out on the way to it.'),
  script: z.array(answer).default([]),
  'also-helps': z
    .array(z.string().min(1))
    .default([])
    .describe('Other leaves of the runbook whose remedy truly helps here too.'),
});

/** One exercise: what breaks, and where the console has to lead. */
export interface Drill {
  readonly id: string;
  readonly title: string;
  readonly runbook: string;
  readonly leaf: string;
  /** The leaves that the run goes on to from there, in their order. */
  readonly goesOnTo: readonly string[];
  readonly class: DrillClass;
  readonly fault: string;
  /** No alert leads to the runbook. */
  readonly unasked: boolean;
  /** Its place in a demo; null is any but the first. */
  readonly demo: 'first' | 'never' | null;
  /** Leaves on the way to its own. */
  readonly after: readonly string[];
  readonly script: readonly Answer[];
  readonly alsoHelps: readonly string[];
  /** Its leaf changes something, and its proof is of this runbook: it may be tried on other faults. */
  readonly isRemedy: boolean;
  readonly file: string;
}

export interface Answer {
  readonly at: string;
  readonly take: string | null;
  readonly give: Readonly<Record<string, string>>;
  readonly done: boolean;
  /** What people's doing changes in the region; null for nothing. */
  readonly happens: string | null;
}

const CLASSES: Readonly<Record<Leaf['kind'], DrillClass>> = {
  do: 'acting',
  verify: 'acting',
  end: 'deciding',
  manual: 'deciding',
  escalate: 'escalating',
};

/**
 * The leaf that says of what class a course of leaves is: the last, where that is not just the end of what was
 * done before.
 */
export function weightOf(leaves: readonly Leaf[]): Leaf | null {
  return leaves.findLast(({ kind }) => kind !== 'end') ?? leaves.at(-1) ?? null;
}

/** The class that a leaf is of by what it does. */
export function classOf({ kind }: Leaf): DrillClass {
  return CLASSES[kind];
}
