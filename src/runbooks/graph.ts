import type { Risk } from '../domain/risk.ts';
import type { Severity } from '../domain/severity.ts';
import type { Selector } from '../signals/definition.ts';
import type { Condition } from './condition.ts';

/** One way out of a step. */
export interface Branch {
  /** Null on the branch taken when no condition holds. */
  readonly when: Condition | null;
  /** Mustache over `result`, `signals`, `steps`, `inputs`, `run`: why this way. */
  readonly because: string;
  readonly to: string;
}

/**
 * How an action or a state is proved: `until` holds within `withinMs`, sampled every `everyMs`, and goes
 * on holding for `forMs` when that is set.
 */
export interface VerifySpec {
  readonly title: string;
  readonly probe: string | null;
  readonly with: Readonly<Record<string, unknown>>;
  /** Sees `result`, and as `first` the result of the first sample. */
  readonly until: Condition;
  readonly withinMs: number;
  readonly everyMs: number;
  readonly forMs: number | null;
  /** Id of the signal drawn beside it; null draws none. */
  readonly signal: string | null;
}

export const inputTypes = [
  'text',
  'number',
  'integer',
  'duration',
  'address',
  'commit',
  'name',
  'path',
] as const;
export type InputType = (typeof inputTypes)[number];

/** A value only the operator, or a probe's list, can give. */
export interface InputSpec {
  readonly id: string;
  readonly title: string;
  readonly type: InputType;
  /** Mustache over the scope; null when there is none. */
  readonly default: string | null;
  readonly pattern: string | null;
  readonly min: number | null;
  readonly max: number | null;
  /** What may be chosen; null leaves it free. */
  readonly choices: InputChoices | null;
}

export type InputChoices =
  | { readonly kind: 'list'; readonly values: readonly string[] }
  /** `field` of the probe's result: a list of texts, newest or best first. */
  | {
      readonly kind: 'probe';
      readonly probe: string;
      readonly with: Readonly<Record<string, unknown>>;
      readonly field: string;
    };

interface NodeBase {
  readonly id: string;
  readonly title: string;
  /** Asked for before the node is read, planned or shown; empty for most. */
  readonly inputs: readonly InputSpec[];
  /** One line on where the runbook departs from its source, or why it does so; null for most. */
  readonly why: string | null;
}

/** A probe whose result, with the live signals, decides the branch. */
export interface CheckStep extends NodeBase {
  readonly kind: 'check';
  readonly probe: string;
  readonly with: Readonly<Record<string, unknown>>;
  readonly branches: readonly Branch[];
  readonly maxEvidenceAgeMs: number;
}

/** A probe whose answer is shown beside a question or a finding. */
export interface Shown {
  readonly probe: string;
  readonly with: Readonly<Record<string, unknown>>;
}

/** The operator decides; `when` on a branch lets the console say what it would choose. */
export interface AskStep extends NodeBase {
  readonly kind: 'ask';
  /** Probes whose answers are shown beside the question. */
  readonly show: readonly Shown[];
  readonly branches: readonly Branch[];
}

/** A probe of a `gather`, and the name its result has there. */
interface Gathered extends Shown {
  readonly as: string;
}

/**
 * Many probes at once on one screen. `result` of its conditions has one field for each, null where the
 * probe failed, and `errors` with the words of those that did.
 */
export interface GatherStep extends NodeBase {
  readonly kind: 'gather';
  readonly probes: readonly Gathered[];
  readonly branches: readonly Branch[];
  readonly maxEvidenceAgeMs: number;
}

/** What software cannot do, done by a person who says so; then it goes on. */
export interface ChecklistStep extends NodeBase {
  readonly kind: 'checklist';
  readonly show: readonly Shown[];
  readonly checklist: readonly string[];
  readonly to: string;
}

/** A message, drafted from the incident, looked at, then sent or copied. */
export interface NotifyStep extends NodeBase {
  readonly kind: 'notify';
  readonly recipients: readonly string[];
  /** Mustache over the scope. */
  readonly text: string;
  readonly to: string;
}

/**
 * Goes on in another runbook, whose nodes were taken in at load under ids that begin with this one's
 * and a colon. Passed through without a stop.
 */
export interface CallStep extends NodeBase {
  readonly kind: 'call';
  readonly runbook: string;
  readonly to: string;
}

/** A leaf that changes something. */
export interface DoLeaf extends NodeBase {
  readonly kind: 'do';
  readonly action: string;
  readonly with: Readonly<Record<string, unknown>>;
  readonly risk: Risk;
  readonly impact: string;
  /** Words when it cannot be taken back; null when the action declares how. */
  readonly irreversible: string | null;
  /** Must hold right before the act, else it is refused with `words`; null when nothing must. */
  readonly precheck: { readonly when: Condition; readonly words: string } | null;
  /** Takes it back in place of what the action declares; may name `{{before.…}}`. */
  readonly undo: {
    readonly action: string;
    readonly with: Readonly<Record<string, unknown>>;
  } | null;
  readonly verify: readonly VerifySpec[];
  readonly otherwise: string | null;
  /** Where to go on after it succeeded; null ends the run as resolved. */
  readonly then: string | null;
}

/** A leaf that only proves a state, sending what traffic its probe needs. */
export interface VerifyLeaf extends NodeBase {
  readonly kind: 'verify';
  readonly verify: readonly VerifySpec[];
  readonly otherwise: string | null;
  /** Where to go on once it is proved; null ends the run as resolved. */
  readonly then: string | null;
}

/** A deciding leaf: the finding, a checklist for a human, and the state the incident ends in. */
export interface ManualLeaf extends NodeBase {
  readonly kind: 'manual';
  readonly show: readonly Shown[];
  readonly checklist: readonly string[];
  readonly ends: 'watching' | 'handed-over' | 'false-alarm';
}

/** The chain is entered, the message drafted, the clock started. */
export interface EscalateLeaf extends NodeBase {
  readonly kind: 'escalate';
  readonly reason: string;
}

/** The run ends here with nothing left to do. */
export interface EndLeaf extends NodeBase {
  readonly kind: 'end';
  readonly ends: 'resolved' | 'watching' | 'handed-over' | 'false-alarm';
}

export type Step = CheckStep | AskStep | GatherStep | ChecklistStep | NotifyStep | CallStep;
export type Leaf = DoLeaf | VerifyLeaf | ManualLeaf | EscalateLeaf | EndLeaf;
export type GraphNode = Step | Leaf;

/** A runbook as the engine walks it, free of the shape of the file it came from. */
export interface Runbook {
  readonly id: string;
  readonly system: string;
  readonly title: string;
  readonly severity: Severity;
  readonly key: string | null;
  readonly opensOn: {
    readonly alerts: readonly string[];
    /** The same alerts with the labels they must carry; `opensOnAlert` compares them. */
    readonly selectors: readonly Selector[];
    readonly when: Condition | null;
  };
  /** The target from the page to the proof, ms; absent or null where the system states none. */
  readonly resolveWithinMs?: number | null;
  /** Panels pinned beside the step. */
  readonly panels: readonly string[];
  /** Asked for when it is opened, before its first step. */
  readonly inputs: readonly InputSpec[];
  /** Signals shown before and after a remediation. */
  readonly watch: readonly string[];
  /** Shown while the incident lasts: what users lose meanwhile. */
  readonly meanwhile: readonly string[];
  readonly start: string;
  readonly nodes: ReadonlyMap<string, GraphNode>;
  /** The text it was loaded from, with that of the runbooks it calls; a run keeps it. */
  readonly text: string;
  readonly file: string;
}

const leafKinds: readonly string[] = ['do', 'verify', 'manual', 'escalate', 'end'];

export function isLeaf(node: GraphNode): node is Leaf {
  return leafKinds.includes(node.kind);
}

/** True for a node of a runbook that is called: its id begins with that of the call. */
export const isCalled = ({ id }: Pick<GraphNode, 'id'>): boolean => id.includes(':');

/** The runbooks that a runbook calls by itself, each once. */
export function calledBy(runbook: Runbook): readonly string[] {
  const calls = [...runbook.nodes.values()].flatMap((node) =>
    node.kind === 'call' && !isCalled(node) ? [node.runbook] : [],
  );
  return [...new Set(calls)];
}

export function leavesOf(runbook: Runbook): readonly Leaf[] {
  return [...runbook.nodes.values()].filter(isLeaf);
}

export function stepsOf(runbook: Runbook): readonly Step[] {
  return [...runbook.nodes.values()].filter((node): node is Step => !isLeaf(node));
}
